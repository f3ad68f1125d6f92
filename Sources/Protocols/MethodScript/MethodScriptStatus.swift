/// The status that comes with a measured value, as a bit mask of one hexadecimal digit (metadata kind 1).
public struct MethodScriptStatus: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    public static let timingNotMet = Self(rawValue: 1)
    public static let overload = Self(rawValue: 2)
    public static let underload = Self(rawValue: 4)
    public static let overloadWarning = Self(rawValue: 8)
}
