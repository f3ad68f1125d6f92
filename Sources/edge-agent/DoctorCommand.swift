import ArgumentParser
import Demo
import EdgeAgent

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at everything the agent needs, and say how each fault is mended.",
        discussion: """
            Nothing is moved, and no device is spoken to. Warnings alone end with exit code 0; a fault ends with the code \
            with which the agent would end because of it.
            """)

    @OptionGroup var agent: AgentSelection

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        try await reporting {
            let doctor = Doctor(configuration: try self.agent.configuration())
            let findings = await doctor.findings { finding in
                if !self.json { StandardStream.output.writeLine(finding.listing) }
            }
            if self.json { try StandardStream.output.writeJSON(findings) }
            if let status = findings.map(\.status).max(), status != 0 { throw ExitCode(status) }
        }
    }
}

extension DoctorFinding {
    /// One line, and one more with what to do.
    fileprivate var listing: String {
        let sign =
            switch self.verdict {
            case .good: "good   "
            case .warning: "warning"
            case .bad: "BAD    "
            }
        return "\(sign)  \(self.subject): \(self.detail)" + (self.mend.map { "\n         → \($0)" } ?? "")
    }
}
