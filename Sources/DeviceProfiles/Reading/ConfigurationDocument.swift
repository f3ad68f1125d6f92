public import DeviceKit
public import Protocols
import Yams

/// A YAML file being read: hands out its sections and collects every finding, so that one pass shows them all.
///
/// A reader takes what it needs by key; what no reader asked for is an unknown key and a finding of its own.
public final class ConfigurationDocument {
    /// Path under which findings are reported.
    public let file: String
    public private(set) var diagnostics: [SourceDiagnostic] = []
    /// Where values stand that were read, by the path of their keys.
    private var places: [String: SourcePosition] = [:]

    /// The time at which the file is read; what it says of the past must not lie behind it.
    public let now: WrittenTime

    public init(file: String, now: WrittenTime = .now) {
        self.file = file
        self.now = now
    }

    /// The top level of the document; nil if the text is not a YAML mapping.
    public func root(_ text: String) -> ConfigurationSection? {
        guard Self.aliasCount(text) <= Self.aliasLimit else {
            self.report(
                "more than \(Self.aliasLimit) aliases (*name); write out what they stand for", line: 1, column: 1)
            return nil
        }
        do {
            guard let node = try compose(yaml: text) else {
                self.report("the file is empty", line: 1, column: 1)
                return nil
            }
            guard case .mapping = node else {
                self.report("expected keys and values at the top level", at: node)
                return nil
            }
            return ConfigurationSection(node: node, path: "", document: self)
        } catch let error as YamlError {
            self.report(error)
        } catch {
            self.report("\(error)", line: 1, column: 1)
        }
        return nil
    }

    /// The JSON Schema of what a reader takes: of the very calls by which it reads a file.
    ///
    /// - Parameter read: the reader; it is given a section without values, and what it makes of it is dropped.
    public static func schema(title: String, of read: (ConfigurationSection) -> Void) -> JSONValue {
        let recorder = SchemaRecorder()
        let document = ConfigurationDocument(file: "")
        read(ConfigurationSection(node: .mapping(Node.Mapping([])), path: "", document: document, schema: recorder))
        var schema: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
        ]
        for (key, value) in recorder.members { schema[key] = value }
        return .object(schema)
    }

    public func report(_ message: String, line: Int, column: Int, severity: SourceDiagnostic.Severity = .error) {
        self.diagnostics.append(
            SourceDiagnostic(file: self.file, line: line, column: column, severity: severity, message: message))
    }

    /// Reports something about the value of a key, `devices.A0.link` for example.
    public func report(_ message: String, key path: String) {
        self.diagnostics.append(SourceDiagnostic(at: self.place(of: path), message))
    }

    /// Where the value of a key stands, `devices.A0.link` or `fluidics.vials.0` for example; of the section around it if it has none.
    public func place(of path: String) -> SourcePosition {
        var keys = path.split(separator: ".")
        while !keys.isEmpty {
            if let place = self.places[keys.joined(separator: ".")] { return place }
            keys.removeLast()
        }
        return SourcePosition(file: self.file, line: 1, column: 1)
    }

    /// A few aliases of aliases stand for more than any machine can hold.
    private static let aliasLimit = 16

    /// As many aliases as there can be; what looks like one in a text or a comment is counted as well.
    private static func aliasCount(_ text: String) -> Int {
        var count = 0
        var mayBegin = true
        var isMarked = false
        for byte in text.utf8 {
            if isMarked, byte > 0x20 { count += 1 }
            isMarked = mayBegin && byte == UInt8(ascii: "*")
            mayBegin = byte <= 0x20 || "[]{},:?-".utf8.contains(byte)
        }
        return count
    }

    func note(_ path: String, at node: Node) {
        guard let mark = node.mark else { return }
        self.places[path] = SourcePosition(file: self.file, line: mark.line, column: mark.column)
    }

    func report(_ message: String, at node: Node) {
        self.report(message, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    private func report(_ error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            self.report(problem, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.map(\.description).joined(separator: ", ")
            self.report("duplicate key \(keys)", line: context.mark.line, column: context.mark.column)
        default: self.report("\(error)", line: 1, column: 1)
        }
    }
}
