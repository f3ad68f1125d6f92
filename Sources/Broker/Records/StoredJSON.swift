import Protocols

/// Turns JSON as it is stored (Python's `json.dumps`) into JSON as it is sent, without building the value.
///
/// Blanks between tokens go, and letters that were escaped because they are not ASCII come back. Numbers keep their
/// text, so that integers of any length survive.
enum StoredJSON {
    /// - Throws: if the text has a number that is not finite; the original fails to send those.
    static func wire(_ stored: String) throws(Refusal) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(stored.utf8.count)
        var input = Array(stored.utf8)[...]
        var isInString = false
        while let byte = input.popFirst() {
            switch byte {
            case UInt8(ascii: "\""):
                isInString.toggle()
                output.append(byte)
            case UInt8(ascii: "\\") where isInString: Self.escape(&input, &output)
            case UInt8(ascii: " ") where !isInString, UInt8(ascii: "\n") where !isInString: continue
            case UInt8(ascii: "N") where !isInString, UInt8(ascii: "I") where !isInString:
                throw .crash("Out of range float values are not JSON compliant")
            default: output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Takes what stands behind a backslash.
    private static func escape(_ input: inout ArraySlice<UInt8>, _ output: inout [UInt8]) {
        guard let unit = Self.codeUnit(input, after: 0), unit > 0x7E else {
            output.append(UInt8(ascii: "\\"))
            if let byte = input.popFirst() { output.append(byte) }
            return
        }
        if let scalar = Unicode.Scalar(unit) {
            output.append(contentsOf: String(scalar).utf8)
            input = input.dropFirst(5)
        } else if let low = Self.codeUnit(input.dropFirst(5), after: 1), unit < 0xDC00, (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00))
        {
            output.append(contentsOf: String(scalar).utf8)
            input = input.dropFirst(11)
        } else {
            output.append(UInt8(ascii: "\\"))
        }
    }

    /// The four digits of `uXXXX`, or of `\uXXXX` if one byte is skipped.
    private static func codeUnit(_ input: ArraySlice<UInt8>, after skipped: Int) -> UInt16? {
        if skipped == 1, input.first != UInt8(ascii: "\\") { return nil }
        let text = input.dropFirst(skipped).prefix(5)
        guard text.count == 5, text.first == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for byte in text.dropFirst() {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}

extension String {
    /// The text as a JSON string.
    var quotedJSON: String { JSONValue.string(self).text() }
}
