/// The text of a session file, without its byte order marks, as UTF-8.
struct SessionText {
    let utf8: [UInt8]

    /// - Throws: `.incomplete` for half a character at the end, `.malformed` for what is no text.
    init(_ bytes: [UInt8]) throws(PalmSensSessionError) {
        guard bytes.count >= 2 else { throw .incomplete("it is empty") }
        let text: String
        switch (bytes[0], bytes[1]) {
        case (0xFF, 0xFE): text = try Self.utf16(bytes.dropFirst(2), isLittleEndian: true)
        case (0xFE, 0xFF): text = try Self.utf16(bytes.dropFirst(2), isLittleEndian: false)
        // A mark that an editor has removed: the text begins with `{`, or a blank.
        case (_, 0): text = try Self.utf16(bytes[...], isLittleEndian: true)
        default:
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            guard let utf8 = String(validating: bytes[start...], as: UTF8.self) else {
                throw .malformed("it is neither UTF-16 nor UTF-8 text")
            }
            text = utf8
        }
        // The vendor's program writes a second mark behind the text.
        let end = text.unicodeScalars.reversed().prefix { $0 == "\u{FEFF}" || $0.properties.isWhitespace }.count
        self.utf8 = Array(String(text.unicodeScalars.dropLast(end)).utf8)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, isLittleEndian: Bool) throws(PalmSensSessionError) -> String {
        guard bytes.count.isMultiple(of: 2) else { throw .incomplete("it ends within a character") }
        let first = bytes.startIndex
        let units = stride(from: first, to: bytes.endIndex, by: 2).map { index in
            let (low, high) = isLittleEndian ? (bytes[index], bytes[index + 1]) : (bytes[index + 1], bytes[index])
            return UInt16(high) << 8 | UInt16(low)
        }
        guard let text = String(validating: units, as: UTF16.self) else {
            if let last = units.last, UTF16.isLeadSurrogate(last) { throw .incomplete("it ends within a character") }
            throw .malformed("it is no UTF-16 text")
        }
        return text
    }
}
