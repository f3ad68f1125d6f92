import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import Protocols

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check descriptions of labs and of device models, in one pass.",
        discussion: """
            A lab's description is checked with every file that it names; of a folder, all descriptions in it. Errors end \
            with exit code 78; warnings alone with 0. Nothing is opened or moved.
            """)

    @Argument(help: "Descriptions of labs, device profiles, or folders of them.", completion: .file())
    var files: [String] = []

    @Flag(help: "Print the findings as one JSON object.")
    var json = false

    @Flag(help: "Print the JSON Schema of device profiles, for editors, and check nothing.")
    var schema = false

    func validate() throws {
        if self.files.isEmpty, !self.schema { throw ValidationError("what is to be checked? Name a file or a folder") }
    }

    func run() async throws {
        if self.schema { return StandardStream.output.writeLine(DescriptionCheck.profileSchema.text()) }
        let check = DescriptionCheck(self.files)
        if self.json {
            StandardStream.output.writeLine(Self.report(check.findings).text())
        } else {
            for finding in check.findings { StandardStream.error.writeLine(finding.listing) }
            for one in check.checked { StandardStream.output.writeLine(Self.line(one)) }
        }
        guard check.errorCount == 0 else { throw ExitCode(.misconfigured) }
    }

    private static func line(_ one: DescriptionCheck.Checked) -> String {
        let errors = one.findings.count { $0.severity == .error }
        let warnings = self.number(one.findings.count - errors, "warning")
        guard errors == 0, let contents = one.contents else {
            return "\(one.file): \(self.number(errors, "error")), \(warnings)"
        }
        return "\(one.file): \(contents); \(warnings)"
    }

    private static func report(_ findings: [SourceDiagnostic]) -> JSONValue {
        [
            "good": .bool(!findings.contains { $0.severity == .error }),
            "findings": .array(
                findings.map {
                    [
                        "file": .string($0.file), "line": .integer(Int64($0.line)),
                        "column": .integer(Int64($0.column)), "severity": .string($0.severity.rawValue),
                        "message": .string($0.message),
                    ]
                }),
        ]
    }

    private static func number(_ count: Int, _ noun: String) -> String {
        "\(count == 0 ? "no" : "\(count)") \(noun)\(count == 1 ? "" : "s")"
    }
}
