/// Text of queries and forms: everything but the unreserved characters of RFC 3986 as `%XX`.
enum FormText {
    static func encode(_ pairs: [(String, String)]) -> String {
        pairs.map { self.escape($0.0) + "=" + self.escape($0.1) }.joined(separator: "&")
    }

    /// With the question mark; empty for no pairs.
    static func query(_ pairs: [(String, String)]) -> String { pairs.isEmpty ? "" : "?" + self.encode(pairs) }

    static func escape(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                output += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return output
    }
}
