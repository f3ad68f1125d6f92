import DeviceProfiles
import Foundation
import Protocols
import Testing
import Yams

@Suite struct ProfileSchemaTests {
    static let profiles: [URL] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "device-profiles")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "yaml" }
    }()

    @Test(arguments: Self.profiles)
    func `every profile of this repository has no finding and fits the schema`(_ file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        let document = ConfigurationDocument(file: file.lastPathComponent)
        #expect(DeviceProfile(parsing: text, in: document) != nil)
        #expect(document.diagnostics.isEmpty, "\(document.diagnostics)")
        let schema = try JSONSchema(DeviceProfile.schema)
        let violations = schema.violations(in: try Self.json(text))
        #expect(violations.isEmpty, "\(violations)")
    }

    @Test func `there are profiles to check`() { #expect(Self.profiles.count >= 8) }

    @Test(arguments: [
        ("vendor: Arduino", "vender: Arduino"), ("profile: 1", "profile: one"), ("family: relay", "family: relais"),
        ("timing: { open: 5 s", "timing: { opened: 5 s"), ("type: integer", "type: int"),
        ("repeat: safe", "repeat: perhaps"),
    ])
    func `the schema refuses what the reader refuses`(_ old: String, _ new: String) throws {
        let file = try #require(Self.profiles.first { $0.lastPathComponent == "relay-board.yaml" })
        let text = try String(contentsOf: file, encoding: .utf8).replacing(old, with: new)
        let document = ConfigurationDocument(file: "profile.yaml")
        _ = DeviceProfile(parsing: text, in: document)
        #expect(!document.diagnostics.isEmpty)
        #expect(!(try JSONSchema(DeviceProfile.schema)).violations(in: try Self.json(text)).isEmpty)
    }

    /// YAML as JSON, for the check alone.
    private static func json(_ text: String) throws -> JSONValue {
        func convert(_ node: Node) -> JSONValue {
            switch node {
            case .mapping(let mapping):
                var object = JSONObject()
                for (key, value) in mapping { object[key.string ?? ""] = convert(value) }
                return .object(object)
            case .sequence(let sequence): return .array(sequence.map(convert))
            default:
                if let integer = node.int { return .integer(Int64(integer)) }
                if let bool = node.bool { return .bool(bool) }
                if let number = node.float { return .number(number) }
                return .string(node.string ?? "")
            }
        }
        return convert(try #require(try compose(yaml: text)))
    }
}
