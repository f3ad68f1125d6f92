/// Makes messages of what arrives. The protocol has no framing: a message is what one read returns, and may come cut
/// or glued.
///
/// Line ends separate messages, since some clients send them; bytes of a character that is not complete are kept for
/// the next read, and so is a completion whose location is still open.
public struct ChatReception: Sendable {
    /// Longest message, in bytes; more is handed on as it is.
    public static let limit = 8192

    private var kept: [UInt8] = []

    public init() {}

    public mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
        self.kept += bytes
        var complete = self.kept.count - Self.openTail(of: self.kept)
        if self.kept.count > Self.limit { complete = self.kept.count }
        let text = String(decoding: self.kept[..<complete], as: UTF8.self)
        self.kept.removeFirst(complete)
        var messages = text.split(omittingEmptySubsequences: true) { $0.isNewline }.map(Self.printable)
        let endsOpen = text.last.map { !$0.isNewline } ?? false
        if endsOpen, let last = messages.last, Self.isOpen(last), last.utf8.count < Self.limit {
            messages.removeLast()
            self.kept = Array(last.utf8) + self.kept
        }
        return messages.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// Whether a completion's location has begun and not ended.
    private static func isOpen(_ message: String) -> Bool {
        guard let sign = message.firstIndex(of: "%") else { return false }
        let rest = message[sign...]
        return rest.contains("{") && rest.count { $0 == "{" } > rest.count { $0 == "}" }
    }

    /// How many bytes at the end begin a character that is not complete.
    private static func openTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return needed > length ? length : 0
        }
        return 0
    }

    /// Without what would steer the terminals of others.
    private static func printable(_ text: Substring) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
