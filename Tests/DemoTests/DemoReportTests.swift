import DeviceKit
import EdgeAgent
import Methods
import Protocols
import Testing

@testable import Demo

@Suite struct DemoReportTests {
    static let ids = ["aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"]

    @Test func `a right and delivered result with one request left alone is good`() throws {
        let report = try self.report(conductivity: 1.0005, salt: 0.09005)
        #expect(report.complaints == [])
        #expect(report.isGood)
        #expect(report.lost == 0 && report.duplicates == 0)
        let sample = try #require(report.samples.first)
        #expect(abs((sample.conductivityDeviation ?? 1) - 0.0005) < 1e-9)
        #expect(report.table.contains("1 results delivered, 1 pending, 0 lost, 0 duplicates"))
    }

    @Test func `the object has the members that scripts rely on`() throws {
        let json = try self.report(conductivity: 1, salt: 0.09).json
        #expect(json.object?.keys == ["results", "pending", "lost", "duplicates"])
        #expect(
            json["results"]?[0]?.object?.keys
                == ["quantity", "method", "request_uuid", "result_uuid", "seconds", "data", "truth"])
        #expect(
            json["results"]?[0]?["truth"]?.object?.keys == ["conductivity_S_per_m", "temperature_K", "formulation"])
        #expect(json["pending"]?[0]?.object?.keys == ["quantity", "method", "request_uuid", "reason"])
        #expect(json["pending"]?[0]?["reason"] == "out of reach")
        #expect(json["results"]?[0]?["seconds"]?.double == 2)
    }

    @Test(arguments: [(1.03, 0.09, "conductivity is off by 3.00 %"), (1, 0.092, "salt fraction is off by 2.22 %")])
    func `a result that is wrong is told`(conductivity: Double, salt: Double, words: String) throws {
        let report = try self.report(conductivity: conductivity, salt: salt)
        #expect(!report.isGood)
        #expect(report.complaints.contains { $0.contains(words) })
    }

    @Test func `a second result of a request is a duplicate`() throws {
        let report = try self.report(conductivity: 1, salt: 0.09, copies: 2)
        #expect(report.duplicates == 1)
        #expect(!report.isGood)
    }

    @Test func `a finished run without a result at the broker is lost`() throws {
        let report = try self.report(conductivity: 1, salt: 0.09, copies: 0)
        #expect(report.lost == 1)
        #expect(!report.isGood)
    }

    @Test func `a sample that the world does not know is not right`() throws {
        let report = try self.report(conductivity: 1, salt: 0.09, tag: "somebody-else-0")
        #expect(report.complaints.contains { $0.contains("knows of no such sample") })
    }

    private func report(
        conductivity: Double, salt: Double, copies: Int = 1, tag: String = "sample-1-0"
    ) throws -> DemoReport {
        let requests = [(1.0, true), (1.8, false)].map {
            DemoRequest(
                quantity: "conductivity", method: "two_electrode", molality: $0, parameters: [:], isReachable: $1)
        }
        var state = CampaignState(zip(Self.ids, requests).map { (id: $0, title: $1.title) })
        let begin = ContinuousClock.now
        let plan = Plan(summary: [], steps: [], consumption: [:])
        state.take(
            .taken(request: Self.ids[0], run: "r", quantity: "conductivity", method: "two_electrode", plan: plan),
            at: begin)
        state.take(.finished(run: "r", request: Self.ids[0], result: "x"), at: begin + .seconds(2))
        state.take(.delivered(request: Self.ids[0], result: "x"), at: begin + .seconds(3))
        state.take(
            .leftAlone(
                request: Self.ids[1], quantity: "conductivity", method: "two_electrode", reason: "out of reach"),
            at: begin + .seconds(3))
        #expect(state.isSettled)
        let result = try Self.result(conductivity, salt)
        return DemoReport(
            requests, ids: Self.ids, state: state,
            atBroker: (requests: [], results: Array(repeating: result, count: copies)),
            world: WorldRecord([WorldRecordTests.measurement(tag, 1, 0.09)]), liquids: [:], wall: .seconds(3),
            speed: 100)
    }

    private static func result(_ conductivity: Double, _ salt: Double) throws -> ResultInfo {
        let chemical: JSONValue = ["SMILES": "", "InChIKey": .string(ExampleLab.salt)]
        return try ResultInfo(parsing: [
            "uuid": "bbbbbbbb-0000-4000-8000-000000000001", "ctime": "2026-11-24T00:00:00", "status": "original",
            "result": [
                "data": [
                    "run_info": [
                        "internal_reference": "sample-1",
                        "formulation": [
                            ["chemical": chemical, "fraction": .number(salt), "fraction_type": "molPerMol"]
                        ],
                    ],
                    "conductivity": ["values": [.number(conductivity)], "temperature": 299.65, "meta": ["rating": 5]],
                ],
                "quantity": "conductivity", "method": ["two_electrode"], "parameters": ["two_electrode": [:]],
                "tenant_uuid": "cccccccc-0000-4000-8000-000000000001", "request_uuid": .string(Self.ids[0]),
            ],
        ])
    }
}
