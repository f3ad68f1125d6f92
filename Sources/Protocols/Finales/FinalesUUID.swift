/// An identifier in the forms that FINALES takes: with or without hyphens, braces, `urn:uuid:`, in any case.
public struct FinalesUUID: Sendable, Hashable {
    /// 32 lower-case digits without hyphens, as in the database.
    public let hex: String

    /// Reads any of the forms.
    public init(parsing text: String) throws(MalformedUUID) {
        var digits = Array(text.utf8)
        if digits.contains(UInt8(ascii: "u")) {
            digits = Array(text.replacing("urn:", with: "").replacing("uuid:", with: "").utf8)
        }
        let braces = Array("{}".utf8)
        digits = Array(digits.drop { braces.contains($0) }.reversed().drop { braces.contains($0) }.reversed())
        digits.removeAll { $0 == UInt8(ascii: "-") }
        guard String(decoding: digits, as: UTF8.self).unicodeScalars.count == 32 else { throw .length }
        let written = digits
        for (index, digit) in digits.enumerated() {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): continue
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digits[index] = digit + 32
            default: throw .digits(String(decoding: written, as: UTF8.self))
            }
        }
        self.hex = String(decoding: digits, as: UTF8.self)
    }

    /// A random identifier (RFC 9562, version 4).
    public init(random generator: inout some RandomNumberGenerator) {
        let high = (generator.next() as UInt64) & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = (generator.next() as UInt64) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        self.hex = [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Why a text is no identifier.
    public enum MalformedUUID: Error, Sendable, Hashable {
        /// Not 32 digits long.
        case length
        /// Long enough, but not hexadecimal.
        case digits(String)
    }
}

extension FinalesUUID: CustomStringConvertible {
    /// Lower-case with hyphens, as on the wire.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, digit) in self.hex.utf8.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
