import Foundation
import Protocols
import Testing

/// Schemas and examples that a broker of the field has used, where they are at hand.
enum FieldData {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data")
    static var isAvailable: Bool {
        FileManager.default.fileExists(atPath: Self.folder.appending(path: "finales-examples.json").path)
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(parsing: Data(contentsOf: Self.folder.appending(path: path)))
    }
}

@Suite(.enabled(if: FieldData.isAvailable, "the field's schemas are not beside this repository"))
struct FieldSchemasTests {
    @Test func `every example of the field fits the schemas of its capability`() throws {
        let examples = try #require(try FieldData.json("finales-examples.json").array)
        #expect(examples.count == 13)
        for example in examples {
            let quantity = try #require(example["request"]?["quantity"]?.string)
            let method = try #require(example["request"]?["methods"]?[0]?.string)
            let capability = try FieldData.json("finales-schemas/\(quantity)/\(method).json")
            let input = try JSONSchema(try #require(capability["json_schema_specifications"]))
            let output = try JSONSchema(try #require(capability["json_schema_result_output"]))
            let parameters = try #require(example["request"]?["parameters"]?[method])
            #expect(input.violations(in: parameters).isEmpty, "\(quantity)/\(method)")
            #expect(output.violations(in: try #require(example["result"]?["data"])).isEmpty, "\(quantity)/\(method)")
            #expect(!input.accepts([]) && !output.accepts("data"))
        }
    }
}
