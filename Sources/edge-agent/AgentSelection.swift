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
}
