/// An identifier in the forms that FINALES takes: with or without hyphens, braces, `urn:uuid:`, in any case.
public struct FinalesUUID: Sendable, Hashable {
    /// 32 lower-case digits without hyphens, as in the database.
    public let hex: String

    /// Reads any of the forms.
    public init(parsing text: String) throws(MalformedUUID) {
        var digits = text.replacing("urn:", with: "").replacing("uuid:", with: "")
        while let first = digits.first, first == "{" || first == "}" { digits.removeFirst() }
        while let last = digits.last, last == "{" || last == "}" { digits.removeLast() }
        digits = digits.replacing("-", with: "")
        guard digits.unicodeScalars.count == 32 else { throw .length }
        guard digits.unicodeScalars.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else {
            throw .digits(digits)
        }
        self.hex = digits.lowercased()
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
        var text = ""
        for (index, digit) in self.hex.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
