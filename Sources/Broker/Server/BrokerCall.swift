import Protocols

/// One HTTP request, apart from how it came in.
struct BrokerCall: Sendable {
    var method: String
    /// Path as sent, without the query, still percent-encoded.
    var path: String
    /// Text after the `?`; nil if there was none.
    var query: String?
    var host: String?
    var authorization: String?
    var contentType: String?
    var idempotencyKey: String?
    var body: [UInt8] = []
}

/// One HTTP response, apart from how it goes out.
struct BrokerAnswer: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// A file that is sent and then removed.
        case temporaryFile(path: String, size: Int)
    }

    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: Body

    /// 200 with JSON. A number that is not finite cannot be written, and breaks the answer as it does in the original.
    static func json(_ value: JSONValue, status: Int = 200) throws(Refusal) -> BrokerAnswer {
        guard !value.containsNonFinite else { throw .crash("Out of range float values are not JSON compliant") }
        return .text(value.text(), type: "application/json", status: status)
    }

    static func text(_ text: String, type: String, status: Int) -> BrokerAnswer {
        BrokerAnswer(status: status, headers: [("content-type", type)], body: .bytes(Array(text.utf8)))
    }
}

/// Why a call is not served.
enum Refusal: Error {
    /// `{"detail": "<text>"}` with a status of the 4xx.
    case detail(Int, String, headers: [(name: String, value: String)] = [])
    /// 422: the call has the wrong shape.
    case shape([ShapeIssue])
    /// 500: the original fails here. The reason only goes to the log.
    case crash(String)

    static func bad(_ text: String) -> Refusal { .detail(400, text) }

    static func unauthorized(_ text: String) -> Refusal {
        .detail(401, text, headers: [("www-authenticate", "Bearer")])
    }

    var answer: BrokerAnswer {
        switch self {
        case .detail(let status, let text, let headers):
            let body: JSONValue = ["detail": .string(text)]
            var answer = BrokerAnswer.text(body.text(), type: "application/json", status: status)
            answer.headers += headers
            return answer
        case .shape(let issues):
            let body: JSONValue = ["detail": .array(issues.map(\.json))]
            guard !body.containsNonFinite else { return Refusal.crash("").answer }
            return .text(body.text(), type: "application/json", status: 422)
        case .crash:
            return .text("Internal Server Error", type: "text/plain; charset=utf-8", status: 500)
        }
    }
}

/// One entry of a 422 body: what is wrong, and where.
struct ShapeIssue: Sendable {
    var type: String
    var place: [JSONValue]
    var message: String
    var input: JSONValue
    var context: JSONValue?

    static func missing(_ place: JSONValue..., input: JSONValue = .null) -> ShapeIssue {
        ShapeIssue(type: "missing", place: place, message: "Field required", input: input)
    }

    var json: JSONValue {
        var issue: JSONObject = [
            "type": .string(self.type), "loc": .array(self.place), "msg": .string(self.message), "input": self.input,
        ]
        if let context { issue["ctx"] = context }
        return .object(issue)
    }
}

extension JSONValue {
    var containsNonFinite: Bool {
        switch self {
        case .number(let value): !value.isFinite
        case .array(let items): items.contains(where: \.containsNonFinite)
        case .object(let members): members.contains { $0.value.containsNonFinite }
        default: false
        }
    }
}
