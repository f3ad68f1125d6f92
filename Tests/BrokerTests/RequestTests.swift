import Protocols
import Testing

@testable import Broker

@Suite struct RequestTests {
    @Test func `a posted request comes back with all it was posted with`() async throws {
        let bench = try await BrokerBench()
        let answer = await bench.call("POST", "/requests/", json: BrokerBench.flowRequest)
        #expect(answer.status == 200 && answer.header("content-type") == "application/json")
        let id = try #require(answer.json.string)
        #expect(answer.text == "\"\(id)\"" && id.count == 36)
        let info = await bench.get("/requests/\(id)")
        #expect(info.status == 200)
        #expect(info.json.object?.keys == ["uuid", "ctime", "status", "request"])
        #expect(info.json["uuid"] == .string(id) && info.json["status"] == "pending")
        #expect(info.json["ctime"]?.string?.count == 26)
        #expect(info.json["request"]?.text() == BrokerBench.flowRequest.text())
        for form in [id.uppercased(), "urn:uuid:\(id)", id.replacing("-", with: ""), "%7B\(id)%7D"] {
            #expect(await bench.get("/requests/\(form)").text == info.text)
        }
    }

    @Test func `numbers, key order and letters survive as Python writes them`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowRequest.text().replacing(
            "\"volume\":4.2",
            with: #""volume":2.50,"z":[1e-7,1E22,1.0,-0.0,9007199254740993,0.00001],"a":"µ\u00e9\"\\ 😀""#)
        let id = await bench.call("POST", "/requests/", text: body).json.string ?? ""
        let text = await bench.get("/requests/\(id)").text
        #expect(
            text.contains(
                #""volume":2.5,"z":[1e-07,1e+22,1.0,-0.0,9007199254740993,1e-05],"a":"µé\"\\ 😀""#))
    }

    @Test func `who is not there is null, and what is no identifier is refused`() async throws {
        let bench = try await BrokerBench()
        for path in ["/requests/", "/results/", "/results_requested/"] {
            let none = await bench.get(path + "00000000-0000-0000-0000-000000000005")
            #expect(none.status == 200 && none.text == "null")
            let bad = await bench.get(path + "not-a-uuid")
            #expect(bad.status == 400 && bad.text == #"{"detail":"badly formed hexadecimal UUID string"}"#)
            let digits = await bench.get(path + String(repeating: "z", count: 32))
            #expect(
                digits.detail == "invalid literal for int() with base 16: '\(String(repeating: "z", count: 32))'")
        }
    }

    @Test func `pending requests come in order and by exact filter`() async throws {
        let bench = try await BrokerBench()
        let ids = [await bench.post(), await bench.post(), await bench.post()]
        func pending(_ query: String = "") async -> [String] {
            await bench.get("/pending_requests/\(query)").json.array?.compactMap { $0["uuid"]?.string } ?? []
        }
        #expect(await pending() == ids)
        #expect(await pending("?") == ids)
        #expect(await pending("?quantity=electrolyte&method=flow") == ids)
        #expect(await pending("?quantity=nope") == [])
        #expect(await pending("?quantity=") == [])
        #expect(await pending("?method=Flow") == [])
        _ = await bench.call("POST", "/requests/x/update_status/?request_id=\(ids[1])&new_status=reserved")
        #expect(await pending() == [ids[0], ids[2]])
        #expect(await bench.get("/all_requests/").json.array?.count == 3)
    }

    @Test(
        arguments: [
            ("quantity", "nope", "No records for this quantity: nope"),
            ("methods", ["nope"], "Method for params with key flow not found in list: ['nope']"),
            (
                "parameters", ["flow": BrokerBench.flowParameters["flow"] ?? nil, "x": [:]],
                "Method for params with key x not found in list: ['flow']"
            ),
            ("parameters", [:], "Method flow not found in parameters: dict_keys([])"),
        ] as [(String, JSONValue, String)])
    func `what names nothing known is a bad request`(member: String, value: JSONValue, detail: String) async throws {
        let bench = try await BrokerBench()
        let answer = await bench.call("POST", "/requests/", json: BrokerBench.flowRequest.with(member, value))
        #expect(answer.status == 400 && answer.detail == detail)
    }

    @Test func `an unknown method is told apart from an unknown quantity`() async throws {
        let body = BrokerBench.flowRequest.with("methods", ["nope"]).with("parameters", ["nope": [:]])
        let answer = await (try await BrokerBench()).call("POST", "/requests/", json: body)
        #expect(answer.status == 400 && answer.detail == "No records for this method: nope")
    }

    @Test(
        arguments: [
            BrokerBench.flowRequest.with("tenant_uuid", "Sauron"),
            BrokerBench.flowRequest.with("tenant_uuid", ""),
            BrokerBench.flowRequest.with("tenant_uuid", "sixteen letters!"),
            BrokerBench.flowRequest.with("methods", ["flow", "flow"]),
            BrokerBench.flowRequest.with(
                "parameters", ["flow": ["electrolyte": ["formulation": [BrokerBench.component]], "volume": "4"]]),
        ])
    func `what crashes the original is answered as its crash and stores nothing`(body: JSONValue) async throws {
        let bench = try await BrokerBench()
        let answer = await bench.call("POST", "/requests/", json: body)
        #expect(answer.status == 500 && answer.text == "Internal Server Error")
        #expect(answer.header("content-type") == "text/plain; charset=utf-8")
        #expect(await bench.get("/all_requests/").text == "[]")
    }

    @Test func `two methods crash the original, and a strict broker stores both`() async throws {
        var seed = BrokerSeed.development
        seed.capabilities.append(
            CapabilityInfo(quantity: "electrolyte", method: "stir", inputSchema: [:], outputSchema: [:]))
        let body = BrokerBench.flowRequest.with("methods", ["flow", "stir"])
            .with("parameters", ["flow": BrokerBench.flowParameters["flow"] ?? nil, "stir": ["speed": 3]])
        let original = try await BrokerBench(seed: seed)
        #expect(await original.call("POST", "/requests/", json: body).status == 500)
        #expect(await original.get("/all_requests/").text == "[]")
        let strict = try await BrokerBench(strict: true, seed: seed)
        let id = await strict.post(body)
        #expect(await strict.get("/requests/\(id)").json["request"] == body)
    }

    @Test func `a request without methods poisons the list of all, as in the original`() async throws {
        let bench = try await BrokerBench()
        let id = await bench.post(BrokerBench.flowRequest.with("methods", []).with("parameters", [:]))
        #expect(id.count == 36)
        #expect(await bench.get("/all_requests/").status == 500)
        #expect(await bench.get("/requests/\(id)").status == 500)
        #expect(await bench.get("/pending_requests/").text == "[]")
    }

    @Test func `a member that is missing or misshapen is listed with its place`() async throws {
        let bench = try await BrokerBench()
        let short = BrokerBench.flowRequest.with("tenant_uuid", nil)
        let missing = await bench.call("POST", "/requests/", json: short)
        #expect(missing.status == 422)
        #expect(
            missing.text
                == #"{"detail":[{"type":"missing","loc":["body","tenant_uuid"],"msg":"Field required","input":"#
                + short.text() + "}]}")
        let text = await bench.call("POST", "/requests/", json: BrokerBench.flowRequest.with("methods", "flow"))
        #expect(
            text.text
                == #"{"detail":[{"type":"list_type","loc":["body","methods"],"msg":"Input should be a valid list","input":"flow"}]}"#
        )
        let all = await bench.call(
            "POST", "/requests/",
            json: ["quantity": 3, "methods": [1, "a"], "parameters": ["flow": 3], "tenant_uuid": nil])
        let places = all.json["detail"]?.array?.map { "\($0["type"]?.string ?? "") \($0["loc"]?.text() ?? "")" }
        #expect(
            places == [
                #"string_type ["body","quantity"]"#, #"string_type ["body","methods",0]"#,
                #"dict_type ["body","parameters","flow"]"#, #"string_type ["body","tenant_uuid"]"#,
            ])
        let absent = await bench.call("POST", "/requests/")
        #expect(
            absent.text == #"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#)
        let list = await bench.call("POST", "/requests/", json: [])
        #expect(list.json["detail"]?[0]?["type"] == "model_attributes_type")
    }

    @Test func `only JSON content types are read as JSON`() async throws {
        let bench = try await BrokerBench()
        let body = BrokerBench.flowRequest.text()
        for type in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json", nil] {
            #expect(await bench.call("POST", "/requests/", text: body, type: type).status == 200)
        }
        for type in ["text/plain", "application/x-www-form-urlencoded", "text/json"] {
            #expect(await bench.call("POST", "/requests/", text: body, type: type).status == 422)
        }
    }

    @Test func `the status of a request follows what tenants say`() async throws {
        let bench = try await BrokerBench()
        let id = await bench.post()
        func set(_ query: String, path: String? = nil) async -> BenchAnswer {
            await bench.call("POST", "/requests/\(path ?? id)/update_status/?\(query)")
        }
        let message = "&status_change_message=Reserved+for+ASAB."
        let reserved = await set("request_id=\(id)&new_status=reserved\(message)")
        #expect(reserved.status == 200 && reserved.text == #""Successful change of status to reserved""#)
        #expect(await set("request_id=\(id)&new_status=reserved").status == 200)
        #expect(await set("request_id=\(id)&new_status=pending", path: "whatever").status == 200)
        let list = "'pending', 'reserved', 'resolved', 'retracted' or 'unsolicited'"
        for word in ["done", "PENDING", ""] {
            let answer = await set("request_id=\(id)&new_status=\(word)")
            #expect(answer.status == 422)
            #expect(
                answer.text
                    == #"{"detail":[{"type":"enum","loc":["query","new_status"],"msg":"Input should be \#(list)","input":"\#(word)","ctx":{"expected":"\#(list)"}}]}"#
            )
        }
        let resolved = await set("request_id=\(id)&new_status=resolved")
        #expect(resolved.status == 400)
        #expect(
            resolved.detail == "It is not possible to change the status to resolved, since this is handled entirely on "
                + "ther server side")
        let unknown = await set("request_id=00000000-0000-0000-0000-000000000007&new_status=pending")
        #expect(unknown.status == 400)
        #expect(unknown.detail == "No request with id: 00000000-0000-0000-0000-000000000007")
        #expect(await set("request_id=nope&new_status=pending").detail == "badly formed hexadecimal UUID string")
        let body = await bench.call(
            "POST", "/requests/\(id)/update_status/", json: ["request_id": .string(id), "new_status": "pending"])
        #expect(body.status == 422)
        #expect(
            body.json["detail"]?.array?.map { $0["loc"] ?? nil } == [["query", "request_id"], ["query", "new_status"]])
    }

    @Test func `six reservations at once all succeed, as nothing guards them`() async throws {
        let bench = try await BrokerBench()
        let id = await bench.post()
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    await bench.call("POST", "/requests/\(id)/update_status/?request_id=\(id)&new_status=reserved").status
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [200, 200, 200, 200, 200, 200])
    }

    @Test func `of six reservations that expect a pending request one succeeds`() async throws {
        let bench = try await BrokerBench()
        let id = await bench.post()
        let target = "/requests/\(id)/update_status/?request_id=\(id)&new_status=reserved&expected_status=pending"
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<6 { group.addTask { await bench.call("POST", target).status } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 409, 409, 409, 409, 409])
    }
}
