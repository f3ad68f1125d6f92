public import Protocols

/// What the lab has of one thing, by name: where its liquids stand, or one lot of a stock solution.
public struct Stock: Sendable, Hashable {
    public let key: String
    public let value: JSONValue
    /// Grows by one with every change.
    public let revision: Int64
    public let changed: Moment
}

/// A change of stock that becomes true together with a step or a result.
public struct StockChange: Sendable, Hashable {
    public let key: String
    public let value: JSONValue
    /// The revision that was read before; nil to overwrite whatever is there, 0 for what must be new.
    public let expectedRevision: Int64?

    public init(key: String, value: JSONValue, expectedRevision: Int64? = nil) {
        self.key = key
        self.value = value
        self.expectedRevision = expectedRevision
    }
}
