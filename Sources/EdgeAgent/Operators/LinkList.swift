import DeviceKit
import Protocols

/// Where a simulated lab listens: the lines that `edge-agent simulate --json` prints, each
/// `{"device", "kind", "endpoint"}`.
public struct LinkList: Sendable, Hashable {
    /// Endpoints by the device's name in the lab's description.
    public let links: [String: String]

    /// - Throws: what cannot be read in the file, with its lines.
    public init(contentsOf file: String) throws(OperatorError) {
        let text: String
        do throws(SourceDiagnostics) {
            text = try TextFile.read(file)
        } catch {
            throw OperatorError(.inputOutput, "\(error)")
        }
        try self.init(parsing: text, file: file)
    }

    public init(parsing text: String, file: String) throws(OperatorError) {
        var links: [String: String] = [:]
        var findings: [SourceDiagnostic] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            let report = { (column: Int, message: String) in
                findings.append(SourceDiagnostic(file: file, line: index + 1, column: column, message: message))
            }
            do throws(JSONParseError) {
                let json = try JSONValue(parsing: String(line))
                guard let device = json["device"]?.string, let endpoint = json["endpoint"]?.string else {
                    report(1, "expected {\"device\": …, \"endpoint\": …} as `edge-agent simulate --json` prints it")
                    continue
                }
                if links.updateValue(endpoint, forKey: device) != nil { report(1, "\(device) has a link already") }
            } catch {
                report(error.offset + 1, error.message)
            }
        }
        guard findings.isEmpty else { throw OperatorError(.badData, "\(SourceDiagnostics(findings))") }
        self.links = links
    }
}
