import FoundationEssentials
import Glibc

/// The folder of one demonstration: what the agent remembers, what happened in the simulated world, logs and the plot.
struct DemoFolder: Sendable {
    let path: String
    /// Removed at the end.
    let isTemporary: Bool

    var state: String { "\(self.path)/state" }
    var seed: String { "\(self.path)/broker-seed.json" }
    var database: String { "\(self.path)/broker.db" }
    var events: String { "\(self.path)/events.jsonl" }
    var labLog: String { "\(self.path)/lab.log" }
    var brokerLog: String { "\(self.path)/broker.log" }
    func password(of user: String) -> String { "\(self.path)/\(user).password" }

    /// - Parameter output: folder to keep, made if it is not there; nil makes a temporary one.
    init(keeping output: String?) throws(DemonstrationFailure) {
        guard let output else {
            let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            var template = Array("\(base)/edge-agent-demo.XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw Self.failure(base) }
            self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            self.isTemporary = true
            return
        }
        self.path = output
        self.isTemporary = false
        try Self.makeFolder(output)
        guard access(self.state, F_OK) != 0 else {
            throw DemonstrationFailure(
                74, "\(output): holds a demonstration already; remove it or choose another folder")
        }
    }

    /// - Parameter isSecret: nobody else may read it.
    static func write(_ text: String, to path: String, isSecret: Bool = false) throws(DemonstrationFailure) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isSecret ? 0o600 : 0o644)
        guard file >= 0 else { throw Self.failure(path) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw Self.failure(path) }
            rest = rest.dropFirst(max(0, count))
        }
    }

    static func makeFolder(_ path: String) throws(DemonstrationFailure) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw DemonstrationFailure(74, "\(path): the folder cannot be made; check the path and its permissions")
        }
    }

    func removeIfTemporary() {
        guard self.isTemporary else { return }
        try? FileManager.default.removeItem(atPath: self.path)
    }

    private static func failure(_ path: String) -> DemonstrationFailure {
        DemonstrationFailure(74, "\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
}
