/// A value of a point, as people and methods use it.
public enum ModbusValue: Sendable, Hashable {
    case flag(Bool)
    /// In the point's unit.
    case number(Double)
    /// The word for it, where the point lists words.
    case option(String)
    case text(String)
}
