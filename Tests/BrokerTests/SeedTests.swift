import Foundation
import Protocols
import Testing

@testable import Broker

@Suite struct SeedTests {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data")
    static var hasFieldData: Bool {
        FileManager.default.fileExists(atPath: Self.folder.appending(path: "finales-examples.json").path)
    }

    @Test func `a seed is read, and what it leaves out is standard`() throws {
        let seed = try BrokerSeed(
            parsing: [
                "users": [["username": "a", "password": "b", "usergroups": ["g"], "cost": 4]],
                "tenants": [["tenant_uuid": .string(BrokerSeed.developmentTenant), "name": "n", "limitations": []]],
            ])
        #expect(seed.users.map(\.username) == ["a"] && seed.users.first?.cost == 4)
        #expect(seed.tenants.map(\.name) == ["n"] && seed.tenants.first?.isActive == true)
        #expect(seed.capabilities.count == 5)
    }

    @Test(
        arguments: [
            (["users": [["username": "a"]]], "/users/0"), (["users": [:]], "/users"),
            (["users": [["username": "a", "password": "b", "cost": 99]]], "/users/0/cost"),
            (["tenants": [["tenant_uuid": "Sauron", "name": "n", "limitations": []]]], "/tenants/0"),
            (["capabilities": [["quantity": "q"]]], "/capabilities/0"), ([], "object"),
            (
                [
                    "capabilities": [
                        [
                            "quantity": "q", "method": "m", "json_schema_specifications": ["type": "float"],
                            "json_schema_result_output": [:],
                        ]
                    ]
                ], "/capabilities/0"
            ),
        ] as [(JSONValue, String)]
    )
    func `a seed that cannot be used says where`(json: JSONValue, place: String) {
        #expect { try BrokerSeed(parsing: json) } throws: { "\($0)".contains(place) }
    }

    @Test func `our schemas are schemas`() throws {
        for capability in BrokerSeed.developmentCapabilities {
            _ = try JSONSchema(capability.inputSchema)
            _ = try JSONSchema(capability.outputSchema)
        }
    }

    @Test func `viscosity takes and gives what its neighbours do`() throws {
        let capability = try #require(BrokerSeed.wetLabCapabilities.first { $0.quantity == "viscosity" })
        #expect(capability.method == "rolling_ball_viscometry")
        let input = try JSONSchema(capability.inputSchema)
        #expect(input.accepts(["formulation": [BrokerBench.component], "temperature": 298.15]))
        #expect(!input.accepts(["temperature": 298.15]))
        let output = try JSONSchema(capability.outputSchema)
        let data: JSONValue = [
            "run_info": ["formulation": [BrokerBench.component], "internal_reference": "v-1"],
            "viscosity": ["values": [0.68], "temperature": 293.15, "meta": ["success": true, "rating": 4]],
        ]
        #expect(output.violations(in: data).isEmpty)
        #expect(!output.accepts(data.with("viscosity", nil)))
    }

    @Test(.enabled(if: SeedTests.hasFieldData, "the field's schemas are not beside this repository"))
    func `our schemas accept and reject what the field's schemas accept and reject`() throws {
        func json(_ path: String) throws -> JSONValue {
            try JSONValue(parsing: Data(contentsOf: Self.folder.appending(path: path)))
        }
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(state: seed)
        var compared = 0
        var rejected = 0
        for example in try #require(try json("finales-examples.json").array) {
            let quantity = try #require(example["request"]?["quantity"]?.string)
            let method = try #require(example["request"]?["methods"]?[0]?.string)
            guard
                let ours = BrokerSeed.developmentCapabilities.first(where: {
                    $0.quantity == quantity && $0.method == method
                })
            else { continue }
            let theirs = try CapabilityInfo(parsing: try json("finales-schemas/\(quantity)/\(method).json"))
            let parameters = try #require(example["request"]?["parameters"]?[method])
            let data = try #require(example["result"]?["data"])
            for (our, their, value) in [
                (ours.inputSchema, theirs.inputSchema, parameters), (ours.outputSchema, theirs.outputSchema, data),
            ] {
                let (a, b) = (try JSONSchema(our), try JSONSchema(their))
                #expect(a.violations(in: value).isEmpty && b.violations(in: value).isEmpty)
                for _ in 0..<1500 {
                    var mutant = value
                    for _ in 0..<Int.random(in: 1...3, using: &random) { mutant = mutant.mutated(using: &random) }
                    #expect(
                        a.accepts(mutant) == b.accepts(mutant),
                        "\(quantity)/\(method), seed \(seed): \(a.violations(in: mutant)) \(b.violations(in: mutant))"
                    )
                    compared += 1
                    rejected += b.accepts(mutant) ? 0 : 1
                }
            }
        }
        #expect(compared == 12000 && rejected > compared / 4 && rejected < compared * 95 / 100)
    }
}

extension JSONValue {
    /// A copy with one change somewhere inside.
    fileprivate func mutated(using random: inout SeededGenerator) -> JSONValue {
        let replacements: [JSONValue] = [
            nil, true, 1, 2.5, 2.0, "text", [], [1], [1, 2], [1, "2"], [1, 2, 3], [:], ["a": 1],
        ]
        switch self {
        case .object(var members) where !members.isEmpty:
            guard let key = members.keys.randomElement(using: &random) else { return self }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: members[key] = nil
            case 1: members["extra"] = replacements.randomElement(using: &random)
            case 2: members[key] = replacements.randomElement(using: &random)
            default: members[key] = members[key]?.mutated(using: &random)
            }
            return .object(members)
        case .array(var items) where !items.isEmpty:
            let index = Int.random(in: 0..<items.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: items.remove(at: index)
            case 1: items.append(replacements.randomElement(using: &random) ?? nil)
            default: items[index] = items[index].mutated(using: &random)
            }
            return .array(items)
        default: return replacements.randomElement(using: &random) ?? nil
        }
    }
}
