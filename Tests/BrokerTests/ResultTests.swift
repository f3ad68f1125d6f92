import GRDB
import Protocols
import Testing

@testable import Broker

@Suite struct ResultTests {
    @Test func `a result is stored and resolves its request`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let posted = BrokerBench.flowResult(for: request)
        let answer = await bench.call("POST", "/results/", json: posted)
        let id = try #require(answer.json.string)
        #expect(answer.status == 200 && id.count == 36)
        let info = await bench.get("/results/\(id)")
        #expect(info.json.object?.keys == ["uuid", "ctime", "status", "result"])
        #expect(info.json["status"] == "original" && info.json["ctime"]?.string?.count == 19)
        #expect(info.json["result"]?.text() == posted.text())
        #expect(await bench.get("/requests/\(request)").json["status"] == "resolved")
        #expect(await bench.get("/pending_requests/").text == "[]")
        #expect(await bench.get("/results_requested/\(request)").text == info.text)
        #expect(await bench.get("/results_requested/?quantity=electrolyte&method=flow").text == "[\(info.text)]")
        #expect(await bench.get("/results_requested/?quantity=density").text == "[]")
    }

    @Test func `of several results the first is shown for the request, and all are listed`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        #expect(await bench.get("/results_requested/\(request)").text == "null")
        let first = await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request)).json
        let second = await bench.call(
            "POST", "/results/", json: BrokerBench.flowResult(for: request).with("data", [:])).json
        #expect(await bench.get("/results_requested/\(request)").json["uuid"] == first)
        #expect(await bench.get("/results_requested/").json.array?.map { $0["uuid"] ?? nil } == [first, second])
        #expect(try await bench.broker.resultCounts() == [request: 2])
    }

    @Test func `a retracted request is resolved by a result, and a resolved one can be reopened`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let target = "/requests/x/update_status/?request_id=\(request)&new_status="
        _ = await bench.call("POST", target + "retracted")
        #expect(await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: request)).status == 200)
        #expect(await bench.get("/requests/\(request)").json["status"] == "resolved")
        #expect(await bench.call("POST", target + "pending").status == 200)
        #expect(await bench.get("/requests/\(request)").json["status"] == "pending")
    }

    @Test func `the original takes a result of another quantity`() async throws {
        let bench = try await BrokerBench()
        let result = BrokerBench.flowResult(for: await bench.post())
            .with("quantity", "density").with("method", ["vibrating_tube_densimetry"])
            .with("parameters", ["vibrating_tube_densimetry": ["formulation": [BrokerBench.component]]])
        #expect(await bench.call("POST", "/results/", json: result).status == 200)
    }

    @Test(
        arguments: [
            (
                "method", ["flow", "b"],
                "Wrong length of method string for recieved result. A list with a single method is expected, the "
                    + "recieved list ['flow', 'b'] does not comply with this"
            ),
            (
                "parameters", ["a": [:], "it's": [:]],
                "Wrong number of keys in passed parameters. A single key with the specific method was expected, the "
                    + #"recieved parameters has the following keys ['a', "it's"] and does not comply with this"#
            ),
            ("quantity", "nope", "No records for this quantity: nope"),
            ("quantity", "density", "No records for this method: flow"),
            (
                "request_uuid", "00000000-0000-0000-0000-000000000003",
                "Submitted result has no request: 00000000-0000-0000-0000-000000000003"
            ),
            ("request_uuid", "", "badly formed hexadecimal UUID string"),
            ("request_uuid", "nope", "badly formed hexadecimal UUID string"),
        ] as [(String, JSONValue, String)])
    func `what contradicts itself is a bad request`(member: String, value: JSONValue, detail: String) async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowResult(for: await bench.post()).with(member, value)
        let answer = await bench.call("POST", "/results/", json: body)
        #expect(answer.status == 400 && answer.detail == detail)
        #expect(await bench.get("/results_requested/").text == "[]")
    }

    @Test(
        arguments: [
            ("parameters", ["x": [:]]), ("parameters", ["flow": ["volume": 1]]), ("tenant_uuid", "Sauron"),
        ] as [(String, JSONValue)])
    func `what crashes the original crashes`(member: String, value: JSONValue) async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let body = BrokerBench.flowResult(for: request).with(member, value)
        #expect(await bench.call("POST", "/results/", json: body).status == 500)
        #expect(await bench.get("/requests/\(request)").json["status"] == "pending")
    }

    @Test func `data has to be an object and nothing more`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowResult(for: await bench.post())
        let list = await bench.call("POST", "/results/", json: body.with("data", [1]))
        #expect(list.status == 422 && list.json["detail"]?[0]?["type"] == "dict_type")
        let missing = await bench.call("POST", "/results/", json: body.with("request_uuid", nil))
        #expect(missing.status == 422 && missing.json["detail"]?[0]?["loc"] == ["body", "request_uuid"])
    }

    @Test func `a number that is not finite poisons the lists, as in the original`() async throws {
        let bench = try await BrokerBench()
        let request = await bench.post()
        let body = BrokerBench.flowResult(for: request).text().replacing("\"rating\":5", with: "\"rating\":NaN")
        let answer = await bench.call("POST", "/results/", text: body)
        #expect(answer.status == 200)
        #expect(await bench.get("/results_requested/").status == 500)
        #expect(await bench.get("/results_requested/\(request)").status == 500)
        #expect(await bench.get("/requests/\(request)").json["status"] == "resolved")
        let stored = try await bench.broker.desk.book.records.read { database in
            try String.fetchOne(database, sql: "SELECT data FROM result") ?? ""
        }
        #expect(stored.contains(#""rating": NaN"#))
    }

    @Test func `results are amended and deleted but stay listed`() async throws {
        let bench = try await BrokerBench()
        let id = await bench.call("POST", "/results/", json: BrokerBench.flowResult(for: await bench.post())).json
            .string ?? ""
        func set(_ query: String) async -> BenchAnswer {
            await bench.call("POST", "/results/\(id)/update_status/?\(query)")
        }
        let amended = await set("result_id=\(id)&new_status=amended")
        #expect(amended.text == #""Successful change of status to amended""#)
        #expect(await set("result_id=\(id)&new_status=deleted").status == 200)
        #expect(await bench.get("/results_requested/").json[0]?["status"] == "deleted")
        let wrongName = await set("request_id=\(id)&new_status=deleted")
        #expect(wrongName.status == 422 && wrongName.json["detail"]?[0]?["loc"] == ["query", "result_id"])
        let original = await set("result_id=\(id)&new_status=original")
        #expect(original.status == 400)
        #expect(
            original.detail
                == "Not possible to change status to 'original' since this is reserved only for the initial posting")
        #expect(
            await set("result_id=00000000-0000-0000-0000-000000000003&new_status=deleted").detail
                == "No result with id: 00000000-0000-0000-0000-000000000003")
    }

    @Test func `a result that nobody asked for makes its own request`() async throws {
        let bench = try await BrokerBench()
        let answer = await bench.call(
            "POST", "/results/post_unsolicited_result", json: BrokerBench.flowResult(for: "anything"))
        let id = try #require(answer.json.string)
        let info = await bench.get("/results/\(id)").json
        let request = try #require(info["result"]?["request_uuid"]?.string)
        #expect(await bench.get("/requests/\(request)").json["status"] == "unsolicited")
        #expect(await bench.get("/pending_requests/").text == "[]")
        // The list of results stands on the same path without a slash, but only for GET.
        #expect(await bench.get("/results/post_unsolicited_result").status == 400)
    }
}
