import ArgumentParser
import Demo
import DeviceKit
import EdgeAgent
import Methods
import Protocols

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a lab's description and every file it names, in one pass.",
        discussion: "Errors end with exit code 78; warnings alone with 0. Nothing is opened or moved.")

    @Argument(help: "The lab's description.", completion: .file())
    var file: String

    @Flag(help: "Print the findings as one JSON object.")
    var json = false

    func run() async throws {
        var findings: [SourceDiagnostic]
        var counts = ""
        do throws(SourceDiagnostics) {
            let lab = try LabDescription(contentsOf: self.file)
            findings = lab.warnings
            counts = lab.contents
        } catch {
            findings = error.all
        }
        let errors = findings.count { $0.severity == .error }
        if self.json {
            StandardStream.output.writeLine(Self.report(findings).text())
        } else {
            for finding in findings { StandardStream.error.writeLine(finding.listing) }
            let warnings = Self.number(findings.count - errors, "warning")
            StandardStream.output.writeLine(
                errors == 0
                    ? "\(self.file): \(counts); \(warnings)"
                    : "\(self.file): \(Self.number(errors, "error")), \(warnings)")
        }
        guard errors == 0 else { throw ExitCode(.misconfigured) }
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

extension LabDescription {
    /// What the description describes, in a few words.
    fileprivate var contents: String {
        let methods = self.model.methods.map { "\($0.quantity)/\($0.name)" }.joined(separator: ", ")
        return "lab \(self.configuration.name): \(self.configuration.devices.count) devices, offers \(methods)"
    }
}
