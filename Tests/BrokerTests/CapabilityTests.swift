import GRDB
import Protocols
import Testing

@testable import Broker

@Suite struct CapabilityTests {
    static func seed(_ tenants: [TenantInfo]) -> BrokerSeed {
        var seed = BrokerSeed.development
        seed.capabilities += [
            CapabilityInfo(quantity: "density", method: "two_electrode", inputSchema: [:], outputSchema: [:]),
            CapabilityInfo(quantity: "radial", method: "dynamics", inputSchema: [:], outputSchema: [:]),
        ]
        seed.tenants = tenants
        return seed
    }

    static func tenant(
        _ digit: Int,
        isActive: Bool = true,
        _ offers: [(String, String, [JSONValue])]
    ) -> TenantInfo {
        TenantInfo(
            tenantUUID: "00000000-0000-4000-8000-00000000000\(digit)",
            name: "lab-\(digit)",
            limitations: offers.map { LimitationsInfo(quantity: $0.0, method: $0.1, limitations: $0.2) },
            contactPerson: "['OP']",
            isActive: isActive
        )
    }

    func names(_ answer: BenchAnswer) -> [String] {
        answer.json.array?.map { "\($0["quantity"]?.string ?? "")/\($0["method"]?.string ?? "")" } ?? []
    }

    @Test func `a capability is available when an active tenant offers its method, whatever the quantity`() async throws
    {
        let bench = try await BrokerBench(
            seed: Self.seed([
                Self.tenant(1, [("conductivity", "two_electrode", [[:]])]),
                Self.tenant(2, isActive: false, [("electrolyte", "flow", [[:]])]),
            ])
        )
        #expect(
            self.names(await bench.get("/capabilities/")) == ["conductivity/two_electrode", "density/two_electrode"]
        )
        #expect(self.names(await bench.get("/capabilities/?currently_available=True")).count == 2)
        for word in ["false", "0", "no", "OFF", "f", "N"] {
            #expect(self.names(await bench.get("/capabilities/?currently_available=\(word)")).count == 7)
        }
        let wrong = await bench.get("/capabilities/?currently_available=maybe")
        #expect(wrong.status == 422)
        #expect(
            wrong.text
                == #"{"detail":[{"type":"bool_parsing","loc":["query","currently_available"],"msg":"Input should be a valid boolean, unable to interpret input","input":"maybe"}]}"#
        )
        let first = await bench.get("/capabilities/").json[0]
        #expect(
            first?.object?.keys == ["quantity", "method", "json_schema_specifications", "json_schema_result_output"]
        )
    }

    @Test func `limitations of all tenants are joined per quantity and method`() async throws {
        let bench = try await BrokerBench(
            seed: Self.seed([
                Self.tenant(1, [("a", "x", [["v": 1]]), ("b", "x", [["v": 2]])]),
                Self.tenant(2, isActive: false, [("c", "z", [["v": 9]])]),
                Self.tenant(3, [("b", "x", [["v": 3], ["v": 4]]), ("a", "y", [[:]]), ("a", "x", [])]),
            ])
        )
        #expect(
            await bench.get("/limitations/").text
                == #"[{"quantity":"a","method":"x","limitations":[{"v":1}]},{"quantity":"a","method":"y","limitations":[{}]},{"quantity":"b","method":"x","limitations":[{"v":2},{"v":3},{"v":4}]}]"#
        )
        #expect(await bench.get("/limitations/?currently_available=false").json.array?.count == 4)
        // A limitation that is no list counts as one alternative.
        try await bench.broker.desk.book.records.write {
            try $0.execute(
                sql: """
                    UPDATE tenant SET limitations = '[{"quantity": "q", "method": "m", "limitations": {"v": 5}}]'
                    """
            )
        }
        #expect(
            await bench.get("/limitations/").json == [
                ["quantity": "q", "method": "m", "limitations": [["v": 5], ["v": 5]]]
            ]
        )
        try await bench.broker.desk.book.records.write { try $0.execute(sql: "UPDATE tenant SET limitations = '{}'") }
        #expect(await bench.get("/limitations/").status == 500)
    }

    @Test func `tenants are listed, active or not`() async throws {
        let tenant = Self.tenant(2, isActive: false, [("c", "z", [["v": 9]])])
        let bench = try await BrokerBench(seed: Self.seed([tenant]))
        #expect(await bench.get("/tenants/").text == "[\(tenant.json.text())]")
    }

    @Test func `a template shows words and types in Python's notation`() async throws {
        let bench = try await BrokerBench()
        let answer = await bench.get("/capabilities/templates/?quantity=electrolyte&method=flow")
        let component: JSONValue = [
            "chemical": ["SMILES": "required, str", "InChIKey": "required, str"], "fraction": "required, float",
            "fraction_type": "required, str",
        ]
        let template = try #require(answer.json["electrolyte-flow"])
        #expect(
            template["input_template"]
                == ["electrolyte": ["formulation": .array([component])], "volume": "required, float"]
        )
        let information = template["output_template"]?["run_info"]
        #expect(
            information?["formulation_info"]
                == #"optional, {'name': 'optional, str', 'uuid': 'optional, str', 'preparation_date': 'optional, str', 'batch': 'optional, str', 'location': "optional, {'address': 'required, str', 'detail_1': 'optional, str', 'detail_2': 'optional, str'}"}"#
        )
        #expect(
            information?["chemicals_info"]
                == #"optional, {'optional, str': {'name': 'optional, str', 'molar_mass': "optional, ('float', 'float')", 'density': "optional, ('float', 'float')", 'batch': 'optional, str', 'manufacturer': 'optional, str', 'manufacturing_date': 'optional, str'}}"#
        )
        #expect(
            template["output_template"]?["electrolyte"]?["meta"] == [
                "success": "required, bool", "rating": "required, int",
            ]
        )
        #expect(await bench.get("/capabilities/templates/?quantity=nope").text == "{}")
        #expect(await bench.get("/capabilities/templates/").json.object?.count == 5)
    }

    @Test func `a choice without null has no word of its own, and crashes where none came before`() throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["a": ["anyOf": [["type": "number"], ["type": "string"]]]],
        ]
        var original = CapabilityTemplate(isTolerant: false)
        #expect(throws: Refusal.self) { try original.members(of: schema) }
        var tolerant = CapabilityTemplate(isTolerant: true)
        #expect(try tolerant.members(of: schema) == ["a": "optional, float or str"])
    }

    @Test func `Python quotes texts by what they contain`() {
        #expect(PythonText.quoted("a") == "'a'")
        #expect(PythonText.quoted("it's") == #""it's""#)
        #expect(PythonText.quoted(#"it's "so""#) == #"'it\'s "so"'"#)
        #expect(PythonText.quoted("a\\b\n") == #"'a\\b\n'"#)
        let texts = ["a", "it's", #"both ' and ""#, ""]
        #expect(PythonText.texts(ofList: PythonText.list(texts)) == texts)
        #expect(PythonText.texts(ofList: "[]") == [])
    }
}
