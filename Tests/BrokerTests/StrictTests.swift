import GRDB
import Protocols
import Testing

@testable import Broker

@Suite struct StrictTests {
    @Test(
        arguments: [
            (
                "parameters", ["flow": ["electrolyte": ["formulation": []], "volume": "4"]],
                #"The parameters of flow do not fit the schema: /volume: expected number, found string "4""#
            ),
            ("tenant_uuid", "Sauron", "tenant_uuid is not a UUID: Sauron"),
            ("methods", [], "A request needs at least one method"),
            ("methods", ["flow", "flow"], "A method is named twice"),
        ] as [(String, JSONValue, String)])
    func `what crashes the original is a bad request`(member: String, value: JSONValue, detail: String) async throws {
        let bench = try await BrokerBench(strict: true)
        let answer = await bench.call("POST", "/requests/", json: BrokerBench.flowRequest.with(member, value))
        #expect(answer.status == 400 && answer.detail == detail)
    }

    @Test func `numbers that are not finite are refused`() async throws {
        let bench = try await BrokerBench(strict: true)
        let body = BrokerBench.flowRequest.text().replacing("4.2", with: "NaN")
        let answer = await bench.call("POST", "/requests/", text: body)
        #expect(answer.status == 400 && answer.detail == "The body contains a number that is not finite")
    }

    @Test func `data has to fit the output schema`() async throws {
        let bench = try await BrokerBench(strict: true)
        let body = BrokerBench.flowResult(for: await bench.post())
        let empty = await bench.call("POST", "/results/", json: body.with("data", [:]))
        #expect(empty.status == 400 && empty.detail?.contains(#"expected a member "run_info""#) == true)
        #expect(await bench.call("POST", "/results/", json: body.with("parameters", ["x": [:]])).status == 400)
        #expect(await bench.call("POST", "/results/", json: body).status == 200)
    }

    @Test func `resolved and unsolicited are final`() async throws {
        let bench = try await BrokerBench(strict: true)
        let request = await bench.post()
        _ = await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request))
        let answer = await bench.call(
            "POST", "/requests/x/update_status/?request_id=\(request)&new_status=pending")
        #expect(answer.status == 400 && answer.detail == "The status resolved is final")
        // A correction may still be posted.
        #expect(await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request)).status == 200)
    }

    @Test func `a schema that was replaced counts no more`() async throws {
        for strict in [false, true] {
            let bench = try await BrokerBench(strict: strict)
            try await bench.broker.desk.book.records.write { database in
                try database.execute(
                    sql: "UPDATE quantity SET is_active = 0 WHERE quantity = 'electrolyte' AND method = 'flow'")
            }
            let gone = await bench.call("POST", "/requests/", json: BrokerBench.flowRequest)
            #expect(gone.status == 400)
            #expect(
                gone.detail == "The method flow for quantity electrolyte has several entries (0) in the quantity table "
                    + "which are active")
            try bench.broker.desk.book.add(
                CapabilityInfo(
                    quantity: "electrolyte", method: "flow", inputSchema: ["required": ["speed"]], outputSchema: true))
            #expect(await bench.call("POST", "/requests/", json: BrokerBench.flowRequest).status == (strict ? 400 : 200))
        }
    }
}
