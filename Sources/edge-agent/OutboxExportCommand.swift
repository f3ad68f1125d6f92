import ArgumentParser
import Demo
import EdgeAgent
import Glibc
import Protocols

extension OutboxCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write results as files, exactly as they are posted: DIR/STATE/RESULT.json.")

        @Argument(
            help: "A directory; it is made if need be. Files that are there already are left as they are.",
            completion: .directory)
        var directory: String

        @OptionGroup var agent: AgentSelection

        @Option(help: "Only those that are ready, sending, ambiguous, delivered, conflict or quarantined.")
        var only: String?

        @Flag(help: "Print a JSON array of what was written.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let entries = try await access.outbox(only: self.only)
                    try Self.make(self.directory)
                    var paths: [String] = []
                    for entry in entries {
                        let folder = "\(self.directory)/\(entry.state)"
                        try Self.make(folder)
                        let payload = try await access.ask(.payload(result: entry.id))
                        let path = "\(folder)/\(entry.id).json"
                        if try Self.write(payload.string ?? "", to: path) { paths.append(path) }
                    }
                    if self.json { return try StandardStream.output.writeJSON(paths) }
                    StandardStream.output.writeLine(
                        "\(paths.count) of \(entries.count) results written to \(self.directory).")
                }
            }
        }

        private static func make(_ directory: String) throws {
            guard mkdir(directory, 0o777) == 0 || errno == EEXIST else { throw Self.failure(directory) }
        }

        /// False if the file is there already: a result never changes.
        private static func write(_ text: String, to path: String) throws -> Bool {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor < 0, errno == EEXIST { return false }
            guard descriptor >= 0 else { throw Self.failure(path) }
            defer { close(descriptor) }
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else {
                    let failure = Self.failure(path)
                    unlink(path)
                    throw failure
                }
                rest = rest.dropFirst(count)
            }
            return true
        }

        private static func failure(_ path: String) -> OperatorError {
            OperatorError(.inputOutput, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
