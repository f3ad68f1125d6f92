/// Hexadecimal digits as bytes.
enum Hexadecimal {
    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// Exactly `width` digits, upper case; higher ones are cut off.
    static func text(_ value: UInt64, width: Int) -> [UInt8] {
        (0..<width).reversed().map { place in
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 * place) & 0xF)
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
        }
    }

    /// The number that all of `text`, one to eight digits, stands for.
    static func number(_ text: some Collection<UInt8>) -> UInt32? {
        guard (1...8).contains(text.count) else { return nil }
        var number: UInt32 = 0
        for byte in text {
            guard let digit = Self.digit(byte) else { return nil }
            number = number << 4 | UInt32(digit)
        }
        return number
    }
}
