/// What the agent leaves alone, and why.
struct PendingView: Decodable, Sendable {
    struct Request: Decodable, Sendable {
        var request: String
        var quantity: String
        var method: String
        var reason: String
        var since: String
    }

    /// Why the lab takes nothing at all, if so.
    var obstacle: String?
    var requests: [Request]
    /// Whether it was halted and not released.
    var halted: Bool?
    /// Bottles that do not suffice for all requests that wait.
    var shortages: [Shortage]?

    struct Shortage: Decodable, Sendable {
        var node: String
        var place: String
        var quantity: String
        var method: String
        var before: Int
        var left_mL: Double
        var needed_mL: Double
        var drawn_mL: Double
        var waiting: Int
    }
}

/// Something that happened to the machine.
struct IncidentView: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey {
        case id, kind, occurred, text
        case acknowledgedBy = "acknowledged_by"
    }

    var id: String
    var kind: String
    var occurred: String
    var acknowledgedBy: String
    var text: String

    var needsLook: Bool { self.kind == "damage" && self.acknowledgedBy.isEmpty }
}

/// One human act.
struct AuditView: Decodable, Sendable {
    var sequence: Int
    var time: String
    var person: String
    var act: String
    var detail: String
}

/// What a halt reached.
struct HaltView: Decodable, Sendable {
    struct Failure: Decodable, Sendable {
        var device: String
        var error: String
    }

    var stopped: [String]
    var failures: [Failure]
    var run: String?
}
