import ArgumentParser
import EdgeAgent
import Glibc

/// Which lab a verb is about: its description, or where its agent keeps what it remembers.
struct AgentSelection: ParsableArguments {
    /// Where a packaged agent has its description.
    static let installed = "/etc/edge-agent/lab.yaml"

    @Option(
        help: "The lab's description. Otherwise that in EDGE_AGENT_CONFIG, or \(Self.installed).", completion: .file())
    var config: String?

    @Option(help: "The agent's state directory, in place of the description's.", completion: .directory)
    var state: String?

    /// The description's path.
    func configuration() throws -> String {
        if let config { return config }
        if let named = getenv("EDGE_AGENT_CONFIG") { return String(cString: named) }
        guard access(Self.installed, R_OK) == 0 else {
            throw ValidationError("which lab? Name its description: --config lab.yaml, or set EDGE_AGENT_CONFIG")
        }
        return Self.installed
    }

    // Swift 6.3.1 crashes in release builds when it inlines this into an asynchronous function.
    @inline(never)
    func stateDirectory() throws -> String {
        try self.state ?? LabConfiguration.stateDirectory(inFile: self.configuration())
    }

    /// Asks the agent, or what it left behind.
    ///
    /// - Parameter mayBegin: whether a journal is begun where no agent has ever run.
    func withAgent(mayBegin: Bool = false, _ body: (AgentAccess) async throws -> Void) async throws {
        let access = try await AgentAccess(stateDirectory: self.stateDirectory(), mayBegin: mayBegin)
        do {
            try await body(access)
        } catch {
            try? await access.close()
            throw error
        }
        try await access.close()
    }
}

/// Who does it, for the audit trail.
struct PersonOption: ParsableArguments {
    @Option(help: "Who does this, for the audit trail; otherwise the login name.")
    var by: String?

    var name: String {
        if let by { return by }
        if let sudo = getenv("SUDO_USER") { return String(cString: sudo) }
        guard let entry = getpwuid(getuid()), let name = entry.pointee.pw_name else { return "user \(getuid())" }
        return String(cString: name)
    }
}
