/// How one value stands in the text of a request or an answer.
public enum WireField: Sendable, Hashable {
    /// A decimal number. `width` is its exact length in bytes, padded with blanks; without it, the number ends where its
    /// digits do. `decimals` and `sign` (it is always written, first) are for writing; reading takes what comes.
    case decimal(width: Int?, decimals: Int?, sign: Bool)
    /// Hexadecimal digits, exactly so many; two's complement if signed.
    case hexadecimal(digits: Int, isSigned: Bool)
    /// One of these words.
    case options([Option])
    /// Printable text: exactly `width` bytes, or up to what follows.
    case text(width: Int?)

    /// A word of the lab and how the device writes it.
    public struct Option: Sendable, Hashable {
        public var name: String
        public var wire: [UInt8]

        public init(name: String, wire: [UInt8]) {
            self.name = name
            self.wire = wire
        }
    }

    /// Whether a reader knows where the value ends without looking beyond it.
    var hasOwnEnd: Bool {
        switch self {
        case .decimal(let width, _, _), .text(let width): width != nil
        case .hexadecimal: true
        case .options(let options):
            // No option may be the beginning of another one.
            options.allSatisfy { one in !options.contains { $0.wire != one.wire && $0.wire.starts(with: one.wire) } }
        }
    }
}

/// A value as it stood on the wire, before scale and unit.
public enum WireValue: Sendable, Hashable {
    case number(Double)
    case word(String)
}
