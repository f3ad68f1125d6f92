import GRDB
import Protocols
import Synchronization
import Testing

@testable import Broker

@Suite struct RecordTests {
    /// A clock in Berlin's winter that tests move by hand.
    final class HandClock: Sendable {
        private let state = Mutex((seconds: 1_795_465_244, microsecond: 673_191))

        func advance(_ seconds: Int, microsecond: Int = 0) {
            self.state.withLock { $0 = ($0.seconds + seconds, microsecond) }
        }

        var clock: BrokerClock { BrokerClock(now: { self.state.withLock { $0 } }, zoneOffset: { _ in 3600 }) }
    }

    @Test func `rows after reserve, reserve, result, amend are those of the original`() async throws {
        let hand = HandClock()
        let bench = try await BrokerBench { $0.clock = hand.clock }
        let id = await bench.post()
        let hex = id.replacing("-", with: "")
        #expect(await bench.get("/requests/\(id)").json["ctime"] == "2026-11-23T21:20:44.673191")
        hand.advance(2)
        let update = "/requests/\(id)/update_status/?request_id=\(id)&new_status=reserved&status_change_message="
        _ = await bench.call("POST", update + "m1")
        hand.advance(1)
        _ = await bench.call("POST", update + "m2")
        func requests() throws -> [Row] {
            try bench.broker.desk.book.records.read { try Row.fetchAll($0, sql: "SELECT * FROM request") }
        }
        var request = try #require(try requests().first)
        #expect(
            Array(request.columnNames) == [
                "uuid", "parameters", "requesting_tenant_uuid", "requesting_recieved_timestamp", "budget", "status",
                "load_time",
            ]
        )
        #expect(request["uuid"] == hex)
        #expect(request["requesting_tenant_uuid"] == "11111111222243338444555555555555")
        #expect(request["requesting_recieved_timestamp"] == "2026-11-23 21:20:44.673191")
        #expect(request["budget"] == "not currently implemented in the API")
        #expect(request["status"] == "reserved" && request["load_time"] == "2026-11-23 20:20:46")
        #expect(request["parameters"] == BrokerBench.flowParameters.text(.python))

        hand.advance(4, microsecond: 892_708)
        let posted = BrokerBench.flowResult(for: id).with("data", ["µ": [1e-7]])
        let result = await bench.call("POST", "/results/", json: posted).json.string ?? ""
        hand.advance(3)
        let amend = "/results/\(result)/update_status/?result_id=\(result)&new_status=amended"
        _ = await bench.call("POST", amend)
        request = try #require(try requests().first)
        #expect(request["status"] == "resolved" && request["load_time"] == "2026-11-23 20:20:51")
        #expect(await bench.get("/results/\(result)").json["ctime"] == "2026-11-23T20:20:54")
        try await bench.broker.desk.book.records.read { database in
            let row = try #require(try Row.fetchOne(database, sql: "SELECT * FROM result"))
            #expect(
                Array(row.columnNames) == [
                    "uuid", "request_uuid", "parameters", "data", "posting_tenant_uuid", "cost", "status",
                    "posting_recieved_timestamp", "load_time",
                ]
            )
            #expect(row["uuid"] == result.replacing("-", with: "") && row["request_uuid"] == hex)
            #expect(row["posting_recieved_timestamp"] == "2026-11-23 21:20:51.892708")
            #expect(row["load_time"] == "2026-11-23 20:20:54" && row["status"] == "amended")
            #expect(row["cost"] == "Not implemented in the API yet")
            #expect(row["data"] == #"{"\u00b5": [1e-07]}"#)
            let log = try Row.fetchAll(database, sql: "SELECT * FROM status_log_request ORDER BY rowid")
            #expect(log.allSatisfy { $0["request_uuid"] == hex })
            #expect(
                log.map { "\($0["status"] as String) \($0["status_change_message"] as String)" } == [
                    "pending The requests was created in the server", "reserved m1", "reserved m2",
                    "resolved Result posted for corresponding request",
                ]
            )
            let resultLog = try Row.fetchAll(database, sql: "SELECT * FROM status_log_result ORDER BY rowid")
            #expect(
                resultLog.map { "\($0["status"] as String) \($0["status_change_message"] as String? ?? "NULL")" } == [
                    "original Result posted", "amended NULL",
                ]
            )
            let links = try Row.fetchAll(
                database,
                sql: """
                    SELECT quantity.quantity, quantity.method FROM link_quantity_result AS link
                    JOIN quantity ON quantity.uuid = link.method_uuid WHERE link.result_uuid = ?
                    UNION ALL SELECT quantity.quantity, quantity.method FROM link_quantity_request AS link
                    JOIN quantity ON quantity.uuid = link.method_uuid WHERE link.request_uuid = ?
                    """,
                arguments: [row["uuid"] as String, hex]
            )
            #expect(links.count == 2 && links.allSatisfy { $0[0] == "electrolyte" && $0[1] == "flow" })
        }
    }

    @Test func `whole seconds are shown without a fraction and stored with one`() async throws {
        let bench = try await BrokerBench {
            $0.clock = BrokerClock(now: { (1_795_465_244, 0) }, zoneOffset: { _ in -18_000 })
        }
        let id = await bench.post()
        #expect(await bench.get("/requests/\(id)").json["ctime"] == "2026-11-23T15:20:44")
        let stored = try await bench.broker.desk.book.records.read {
            try String.fetchOne($0, sql: "SELECT requesting_recieved_timestamp FROM request")
        }
        #expect(stored == "2026-11-23 15:20:44.000000")
    }

    @Test func `users stand in a database of their own`() async throws {
        let bench = try await BrokerBench()
        try await bench.broker.desk.book.users.read { database in
            let row = try #require(try Row.fetchOne(database, sql: "SELECT * FROM users"))
            #expect(
                Array(row.columnNames) == [
                    "username", "uuid", "password", "usergroups", "timestamp_added", "timestamp_lastEdited",
                ]
            )
            #expect(row["usergroups"] == "['BIG-MAP', 'KIT']")
        }
        let tables = try await bench.broker.desk.book.records.read {
            try String.fetchSet($0, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
        }
        #expect(
            tables == [
                "quantity", "tenant", "request", "link_quantity_request", "result", "link_quantity_result",
                "status_log_request", "status_log_result", "edge_idempotency_key",
            ]
        )
    }

    @Test func `two users of one name are a conflict`() async throws {
        let bench = try await BrokerBench()
        try await bench.broker.desk.book.users.write { try $0.execute(sql: "INSERT INTO users SELECT * FROM users") }
        let answer = await bench.get("/")
        #expect(answer.status == 409 && answer.detail == "More than one user with this username was found.")
    }

    @Test func `the system's clock knows its zone`() {
        let clock = BrokerClock.system
        #expect(abs(clock.zoneOffset(clock.now().seconds)) <= 14 * 3600)
        #expect(clock.localText.utf8.count == 26 && clock.loadTime.utf8.count == 19)
    }
}
