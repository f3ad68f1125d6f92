import Protocols
import Testing

@testable import Broker

@Suite struct RouteTests {
    @Test(
        arguments: [
            ("GET", "/pending_requests?quantity=electrolyte", "/pending_requests/?quantity=electrolyte"),
            ("POST", "/requests", "/requests/"), ("GET", "/results", "/results/"),
            ("POST", "/results/post_unsolicited_result/", "/results/post_unsolicited_result"),
            ("POST", "/user_management/authenticate/", "/user_management/authenticate"),
            ("GET", "/requests/abc/", "/requests/abc"), ("GET", "/capabilities", "/capabilities/"),
            ("GET", "/requests/abc/update_status", "/requests/abc/update_status/"), ("GET", "/docs/", "/docs"),
            ("GET", "/results_requested?", "/results_requested/"), ("GET", "/tenants", "/tenants/"),
        ])
    func `the other slash is redirected to the host that was asked, with or without login`(
        method: String,
        target: String,
        location: String
    ) async throws {
        let bench = try await BrokerBench()
        for authorization: String?? in [.none, .some(nil)] {
            let answer = await bench.call(method, target, authorization: authorization)
            #expect(answer.status == 307 && answer.text.isEmpty)
            #expect(answer.header("location") == "http://127.0.0.1:13371" + location)
        }
    }

    @Test(
        arguments: [
            ("GET", "/requests/", "POST"), ("DELETE", "/results/", "POST"), ("POST", "/results/abc", "GET"),
            ("PUT", "/results/post_unsolicited_result", "GET"), ("HEAD", "/all_requests/", "GET"),
            ("OPTIONS", "/all_requests/", "GET"), ("PATCH", "/", "GET"),
            ("GET", "/user_management/authenticate", "POST"),
        ])
    func `a method that a path does not have is named with those it has`(
        method: String,
        path: String,
        allow: String
    ) async throws {
        let answer = await (try await BrokerBench()).call(method, path)
        #expect(answer.status == 405 && answer.text == #"{"detail":"Method Not Allowed"}"#)
        #expect(answer.header("allow") == allow)
    }

    @Test(arguments: ["/nope", "/nope/", "//", "/requests//update_status/", "/database_dump", "/database_dump/"])
    func `an unknown path is not found`(path: String) async throws {
        let answer = await (try await BrokerBench()).get(path)
        #expect(answer.status == 404 && answer.text == #"{"detail":"Not Found"}"#)
    }

    @Test func `the greeting and the documentation are there`() async throws {
        let bench = try await BrokerBench()
        #expect(await bench.get("/").text == #""Hello! This is FINALES2.""#)
        for path in ["/docs", "/redoc", "/openapi.json"] {
            #expect(await bench.call("GET", path, authorization: .some(nil)).status == 200)
            #expect(await bench.call("HEAD", path, authorization: .some(nil)).status == 200)
        }
        #expect(await bench.get("/openapi.json").json["paths"]?["/pending_requests/"] != nil)
    }

    @Test func `the dump needs a key that was set`() async throws {
        let closed = await (try await BrokerBench()).get("/database_dump/x")
        #expect(closed.status == 400)
        #expect(
            closed.detail
                == "The key for accessing the endpoint has not been initiated correctly, contact the server team"
        )
        let bench = try await BrokerBench { $0.dumpKey = "dev-dump-key" }
        let wrong = await bench.get("/database_dump/wrong")
        #expect(wrong.status == 400)
        #expect(
            wrong.detail == "The key wrong is not a variable present in the server instance, access to the "
                + "database-dump endpoint denied"
        )
    }
}
