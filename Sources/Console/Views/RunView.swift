/// A run, as the desk tells it.
struct RunView: Decodable, Sendable {
    var id: String
    var request: String
    var quantity: String
    var method: String
    var state: String
    var reason: String
    var created: String
    var changed: String

    var isFinal: Bool { ["succeeded", "failed", "stopped"].contains(self.state) }
    /// Whether hardware may be at work for it.
    var isUnderWay: Bool { ["running", "checking", "finishing", "stopping"].contains(self.state) }
}

/// A run with its steps.
struct RunDetailView: Decodable, Sendable {
    struct Step: Decodable, Sendable {
        var number: Int
        var title: String
        var state: String
        var begun: String
        var seconds: Double
        var error: String?
    }

    struct File: Decodable, Sendable {
        var path: String
        var sha256: String
        var bytes: Int64
    }

    var run: RunView
    /// What was planned, in words.
    var plan: [String]?
    var steps: [Step]
    /// Titles of the steps that follow.
    var ahead: [String]?
    var files: [File]
}
