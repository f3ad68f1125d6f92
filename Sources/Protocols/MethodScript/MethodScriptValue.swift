/// A number in a data package: seven hexadecimal digits, offset by 2^27, and a prefix character; `i` marks an integer,
/// `     nan` no number (MethodSCRIPT manual, chapter "measurement data package variables").
public enum MethodScriptValue: Sendable, Hashable {
    /// `mantissa` · 10^prefix; −2^27…2^27−1.
    case scaled(mantissa: Int32, prefix: SIPrefix)
    case integer(Int32)
    case notANumber

    /// Width on the wire.
    public static let width = 8
    private static let offset: Int64 = 1 << 27
    private static let notANumberText = Array("     nan".utf8)

    public init(parsing text: some Collection<UInt8>, at offset: Int = 0) throws(MethodScriptSyntaxError) {
        guard text.count == Self.width else {
            throw MethodScriptSyntaxError(expected: "eight characters", offset: offset)
        }
        if text.elementsEqual(Self.notANumberText) {
            self = .notANumber
            return
        }
        var raw: Int64 = 0
        for (index, byte) in text.prefix(7).enumerated() {
            guard let digit = Hexadecimal.digit(byte) else {
                throw MethodScriptSyntaxError(expected: "a hexadecimal digit", offset: offset + index)
            }
            raw = raw << 4 | Int64(digit)
        }
        let mantissa = Int32(raw - Self.offset)
        let mark = text[text.index(text.startIndex, offsetBy: 7)]
        if mark == UInt8(ascii: "i") {
            self = .integer(mantissa)
        } else if let prefix = SIPrefix(character: mark) {
            self = .scaled(mantissa: mantissa, prefix: prefix)
        } else {
            throw MethodScriptSyntaxError(expected: "a prefix character", offset: offset + 7)
        }
    }

    /// As an instrument writes a 32-bit float: with the smallest prefix whose rounded mantissa fits.
    public init(_ value: Float) {
        guard value.isFinite else {
            self = .notANumber
            return
        }
        guard value != 0 else {
            self = .scaled(mantissa: 0, prefix: .none)
            return
        }
        for prefix in SIPrefix.allCases {
            let mantissa = prefix.mantissa(of: Double(value)).rounded()
            if abs(mantissa) < Double(Self.offset) {
                self = .scaled(mantissa: Int32(mantissa), prefix: prefix)
                return
            }
        }
        self = .notANumber
    }

    /// The number itself, in the base unit of its variable.
    public var value: Double {
        switch self {
        case .scaled(let mantissa, let prefix): prefix.scale(Double(mantissa))
        case .integer(let integer): Double(integer)
        case .notANumber: .nan
        }
    }

    /// The eight characters.
    public var bytes: [UInt8] {
        switch self {
        case .scaled(let mantissa, let prefix): Self.digits(mantissa) + [prefix.character]
        case .integer(let integer): Self.digits(integer) + [UInt8(ascii: "i")]
        case .notANumber: Self.notANumberText
        }
    }

    private static func digits(_ mantissa: Int32) -> [UInt8] {
        Hexadecimal.text(UInt64(clamping: Int64(mantissa) + Self.offset), width: 7)
    }
}
