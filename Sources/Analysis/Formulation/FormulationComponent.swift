/// One line of a requested formulation.
public struct FormulationComponent: Sendable, Hashable {
    /// InChIKey of the chemical; for `FractionType.direct` the id of the stock solution.
    public var key: String
    public var fraction: Double
    public var type: FractionType

    public init(_ key: String, _ fraction: Double, _ type: FractionType) {
        self.key = key
        self.fraction = fraction
        self.type = type
    }

    public init(_ key: InChIKey, _ fraction: Double, _ type: FractionType) {
        self.init(key.text, fraction, type)
    }
}
