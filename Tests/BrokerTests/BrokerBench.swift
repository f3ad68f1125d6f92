import Logging
import Protocols

@testable import Broker

/// A broker in memory that is asked directly, without a socket.
struct BrokerBench: Sendable {
    let broker: DevelopmentBroker
    let token: String

    static let tenant = "11111111-2222-4333-8444-555555555555"

    init(strict: Bool = false, seed: BrokerSeed = .development, configure: (inout BrokerConfiguration) -> Void = { _ in })
        async throws
    {
        var configuration = BrokerConfiguration(port: 0, strict: strict, seed: seed)
        configuration.seed.users = [
            BrokerSeed.User(username: "alice", password: "secret", usergroups: ["BIG-MAP", "KIT"], cost: 4)
        ]
        configure(&configuration)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        self.broker = try DevelopmentBroker(configuration, logger: logger)
        let answer = await self.broker.desk.answer(
            BrokerCall(
                method: "POST", path: "/user_management/authenticate",
                contentType: "application/x-www-form-urlencoded", body: Array("username=alice&password=secret".utf8)))
        self.token = BenchAnswer(answer).json["access_token"]?.string ?? ""
    }

    /// Sends a call with a valid token, unless another header is given.
    func call(
        _ method: String, _ target: String, json: JSONValue? = nil, text: String? = nil,
        type: String? = "application/json", authorization: String?? = .none, key: String? = nil
    ) async -> BenchAnswer {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var call = BrokerCall(method: method, path: parts[0], query: parts.count > 1 ? parts[1] : nil)
        call.host = "127.0.0.1:13371"
        switch authorization {
        case .none: call.authorization = "Bearer \(self.token)"
        case .some(let header): call.authorization = header
        }
        call.idempotencyKey = key
        if let body = json?.text() ?? text {
            call.body = Array(body.utf8)
            call.contentType = type
        }
        return BenchAnswer(await self.broker.desk.answer(call))
    }

    func get(_ target: String) async -> BenchAnswer { await self.call("GET", target) }

    /// Posts the request and gives its identifier.
    func post(_ request: JSONValue = BrokerBench.flowRequest) async -> String {
        await self.call("POST", "/requests/", json: request).json.string ?? ""
    }

    static let component: JSONValue = [
        "chemical": ["SMILES": "CCOC(=O)OC", "InChIKey": "JBTWLSYIZRCDFO-UHFFFAOYSA-N"], "fraction": 1.0,
        "fraction_type": "molPerMol",
    ]
    static let flowParameters: JSONValue = [
        "flow": ["electrolyte": ["formulation": [BrokerBench.component]], "volume": 4.2]
    ]
    static let flowRequest: JSONValue = [
        "quantity": "electrolyte", "methods": ["flow"], "parameters": BrokerBench.flowParameters,
        "tenant_uuid": .string(BrokerBench.tenant),
    ]

    static func flowResult(for request: String) -> JSONValue {
        [
            "data": [
                "run_info": ["formulation": [Self.component], "internal_reference": "mix-1"],
                "electrolyte": [
                    "formulation": [Self.component], "volume": 4.2, "location": ["address": "Lab 7"],
                    "meta": ["success": true, "rating": 5],
                ],
            ],
            "quantity": "electrolyte", "method": ["flow"], "parameters": Self.flowParameters,
            "tenant_uuid": .string(Self.tenant), "request_uuid": .string(request),
        ]
    }
}

/// An answer in the terms of the transcripts.
struct BenchAnswer: Sendable {
    let status: Int
    let text: String
    let headers: [(name: String, value: String)]

    init(_ answer: BrokerAnswer) {
        self.status = answer.status
        self.headers = answer.headers
        switch answer.body {
        case .bytes(let bytes): self.text = String(decoding: bytes, as: UTF8.self)
        case .temporaryFile(let path, _): self.text = path
        }
    }

    var json: JSONValue { (try? JSONValue(parsing: self.text, allowsNaN: true)) ?? .null }
    var detail: String? { self.json["detail"]?.string }
    func header(_ name: String) -> String? { self.headers.first { $0.name == name }?.value }
}

extension JSONValue {
    /// A copy with one member set; nil removes it.
    func with(_ key: String, _ value: JSONValue?) -> JSONValue {
        var members = self.object ?? [:]
        members[key] = value
        return .object(members)
    }
}
