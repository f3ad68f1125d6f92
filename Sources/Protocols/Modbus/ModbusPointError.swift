/// Why a point cannot be, or cannot hold a value.
public enum ModbusPointError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A description that contradicts itself.
    case misdescribed(String)
    /// What was read does not cover the point.
    case notCovered
    /// The raw value by which the device says that it has no measurement.
    case missing(raw: Int64)
    /// A raw value without a word.
    case unlisted(raw: Int64)
    /// A value that the point cannot hold.
    case unfit(String)

    public var description: String {
        switch self {
        case .misdescribed(let reason), .unfit(let reason): reason
        case .notCovered: "what was read does not cover the point"
        case .missing(let raw): "the device has no value now (it says \(raw))"
        case .unlisted(let raw): "\(raw) is none of the values that the profile lists"
        }
    }
}
