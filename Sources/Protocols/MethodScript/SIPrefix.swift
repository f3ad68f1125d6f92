/// The prefixes of MethodSCRIPT numbers. One character on the wire, a space for none.
public enum SIPrefix: Int, Sendable, Hashable, CaseIterable {
    case atto = -18, femto = -15, pico = -12, nano = -9, micro = -6, milli = -3
    case none = 0
    case kilo = 3, mega = 6, giga = 9, tera = 12, peta = 15, exa = 18

    public init?(character: UInt8) {
        guard let prefix = Self.allCases.first(where: { $0.character == character }) else { return nil }
        self = prefix
    }

    public var exponent: Int { self.rawValue }

    public var character: UInt8 {
        switch self {
        case .atto: UInt8(ascii: "a")
        case .femto: UInt8(ascii: "f")
        case .pico: UInt8(ascii: "p")
        case .nano: UInt8(ascii: "n")
        case .micro: UInt8(ascii: "u")
        case .milli: UInt8(ascii: "m")
        case .none: UInt8(ascii: " ")
        case .kilo: UInt8(ascii: "k")
        case .mega: UInt8(ascii: "M")
        case .giga: UInt8(ascii: "G")
        case .tera: UInt8(ascii: "T")
        case .peta: UInt8(ascii: "P")
        case .exa: UInt8(ascii: "E")
        }
    }

    /// `mantissa` · 10^exponent. Powers up to 10^18 are exact in a Double, hence one correctly rounded operation.
    func scale(_ mantissa: Double) -> Double {
        self.exponent < 0 ? mantissa / Self.power(-self.exponent) : mantissa * Self.power(self.exponent)
    }

    /// `value` / 10^exponent.
    func mantissa(of value: Double) -> Double {
        self.exponent < 0 ? value * Self.power(-self.exponent) : value / Self.power(self.exponent)
    }

    private static func power(_ exponent: Int) -> Double {
        var power = 1.0
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}
