/// The technique of a measurement loop, as its marker `M000D` names it.
public struct MethodScriptTechnique: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    public let rawValue: UInt16

    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    public static let linearSweep = Self(rawValue: 0x0000)
    public static let differentialPulse = Self(rawValue: 0x0001)
    public static let squareWave = Self(rawValue: 0x0002)
    public static let normalPulse = Self(rawValue: 0x0003)
    public static let acVoltammetry = Self(rawValue: 0x0004)
    public static let cyclic = Self(rawValue: 0x0005)
    public static let strippingPotentiometry = Self(rawValue: 0x0006)
    public static let amperometry = Self(rawValue: 0x0007)
    public static let pulsedAmperometry = Self(rawValue: 0x0008)
    public static let fastAmperometry = Self(rawValue: 0x0009)
    public static let potentiometry = Self(rawValue: 0x000A)
    public static let openCircuit = Self(rawValue: 0x000B)
    public static let impedance = Self(rawValue: 0x000D)
    public static let galvanostaticImpedance = Self(rawValue: 0x000E)
    public static let linearSweepPotentiometry = Self(rawValue: 0x000F)
    public static let fastCyclic = Self(rawValue: 0x0010)

    /// The marker without its line ending.
    public var marker: [UInt8] { [UInt8(ascii: "M")] + Hexadecimal.text(UInt64(self.rawValue), width: 4) }
    public var description: String { String(decoding: self.marker, as: UTF8.self) }
}
