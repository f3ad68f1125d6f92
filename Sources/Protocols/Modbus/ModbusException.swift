/// A device's refusal: the exception code of its answer, 1…11 (Modbus Application Protocol V1.1b3, 7; code 7 of earlier
/// editions; 9 is reserved).
public struct ModbusException: Error, Sendable, Hashable, CustomStringConvertible {
    public let code: UInt8

    /// Nil for a code that no edition of the protocol has.
    public init?(code: UInt8) {
        guard (1...11).contains(code) else { return nil }
        self.code = code
    }

    private init(_ code: UInt8) { self.code = code }

    /// The device does not have the function.
    public static let illegalFunction = Self(1)
    /// The device does not have the address, or not as many from there on.
    public static let illegalAddress = Self(2)
    /// The device does not take the value, or the request is wrongly put together.
    public static let illegalValue = Self(3)
    /// The device failed while it did what it was told.
    public static let deviceFailure = Self(4)
    /// Accepted; it takes long.
    public static let acknowledge = Self(5)
    public static let deviceBusy = Self(6)
    public static let negativeAcknowledge = Self(7)
    public static let memoryParityError = Self(8)
    /// The gateway has no way to the unit.
    public static let gatewayPathUnavailable = Self(10)
    /// The gateway has asked the unit, and it was silent.
    public static let gatewayTargetSilent = Self(11)

    public var description: String { "\(Self.meanings[Int(self.code)]) (exception \(self.code))" }

    private static let meanings = [
        "", "illegal function", "illegal address", "illegal value", "device failure", "accepted, takes long",
        "device busy", "not done", "memory parity error", "reserved code", "gateway path unavailable",
        "the gateway's target did not answer",
    ]
}
