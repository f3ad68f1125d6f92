import Protocols
import Store

/// One incident.
public struct IncidentReport: Sendable, Hashable, Codable {
    public var id: String
    public var kind: String
    public var occurred: String
    /// Who has acknowledged it; empty if nobody has, or need.
    public var acknowledgedBy: String
    public var text: String
    /// By how much the clock was set, in seconds.
    public var step: Double?

    private enum CodingKeys: String, CodingKey {
        case id, kind, occurred, text, step
        case acknowledgedBy = "acknowledged_by"
    }

    init(_ incident: Incident) {
        self.id = incident.id.description
        self.kind = incident.kind.rawValue
        self.occurred = incident.occurred.text
        self.acknowledgedBy = incident.acknowledgedBy
        self.text = incident.text
        self.step = incident.detail["step_microseconds"]?.integer.map { Double($0) / 1e6 }
    }
}

extension Incident {
    /// In words for people.
    fileprivate var text: String {
        switch self.kind {
        case .damage: self.detail["text"]?.string ?? "a file was damaged"
        case .clockStep: "the clock was set by \(Double(self.detail["step_microseconds"]?.integer ?? 0) / 1e6) s"
        case .loss:
            "\(self.detail["count"]?.integer ?? 0) of \(self.detail["what"]?.string ?? "rows") given up: "
                + (self.detail["reason"]?.string ?? "no reason is known")
        }
    }
}
