public import DeviceKit

/// Everything a run will do, with what it will take from the lab.
public struct Plan: Sendable, Hashable, Codable {
    /// Recipe and targets in words, one line each.
    public var summary: [String]
    public var steps: [Step]
    /// Volume taken from each reservoir, by node name.
    public var consumption: [String: Volume]
    /// What will run short soon after; nil where nothing will.
    public var warnings: [String]?

    public init(summary: [String], steps: [Step], consumption: [String: Volume], warnings: [String] = []) {
        self.warnings = warnings.isEmpty ? nil : warnings
        self.summary = summary
        self.steps = steps
        self.consumption = consumption
    }

    /// Whether all of it is done by people: no device is needed, and nothing flows.
    public var isManual: Bool {
        !self.steps.isEmpty
            && self.steps.allSatisfy { step in
                if case .askOperator = step.action { true } else { false }
            }
    }

    public var estimate: Duration { self.steps.reduce(.zero) { $0 + $1.estimate } }
}

/// Why a request is left alone for now. It stays pending at the broker, and the reason is shown.
public struct RequestRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// The request itself cannot be served by this lab as it is described.
        case unservable
        /// It could be served in another state of the lab: a vial free, a reservoir full.
        case notNow
    }

    public let kind: Kind
    public let reason: String
    /// The bottles that it is left alone for, if it is for them.
    public let shortages: [StockShortage]

    public init(_ kind: Kind, _ reason: String, shortages: [StockShortage] = []) {
        self.kind = kind
        self.reason = reason
        self.shortages = shortages
    }

    public var description: String { self.reason }
}
