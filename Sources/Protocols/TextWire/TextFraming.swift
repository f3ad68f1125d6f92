/// Where messages of a line begin and end.
public struct TextFraming: Sendable, Hashable {
    public enum ReplyEnd: Sendable, Hashable {
        case bytes([UInt8])
        /// Every answer has so many bytes.
        case length(Int)
        /// Nothing has come for the between-bytes time-out.
        case silence
        /// The answer ends where the pattern it is read by does.
        case pattern
    }

    public var requestEnd: [UInt8]
    public var replyEnd: ReplyEnd
    /// Bytes that may stand before or after an answer and mean nothing, line endings for example.
    public var ignored: Set<UInt8>
    public var checksum: WireChecksum?
    /// Longest answer; a longer one is garbage.
    public var longest: Int

    public init(
        requestEnd: [UInt8], replyEnd: ReplyEnd, ignored: Set<UInt8> = [], checksum: WireChecksum? = nil,
        longest: Int = 1024
    ) {
        self.requestEnd = requestEnd
        self.replyEnd = replyEnd
        self.ignored = ignored
        self.checksum = checksum
        self.longest = longest
    }

    /// A message with its check characters and its ending.
    public func framed(_ message: [UInt8], ending: [UInt8]) -> [UInt8] {
        message + (self.checksum?.characters(of: message) ?? []) + ending
    }

    /// How many bytes at the beginning make up the next answer; nil if more must come, or if only its pattern or silence
    /// can tell.
    public func replyLength(in bytes: ArraySlice<UInt8>) -> Int? {
        switch self.replyEnd {
        case .bytes(let ending):
            let leading = bytes.prefix { self.ignored.contains($0) }.count
            var index = bytes.startIndex + leading
            while index + ending.count <= bytes.endIndex {
                if bytes[index...].starts(with: ending) { return index + ending.count - bytes.startIndex }
                index += 1
            }
            return nil
        case .length(let count): return bytes.count >= count ? count : nil
        case .silence, .pattern: return nil
        }
    }

    /// Where the first pattern ends that fits the beginning, ignored bytes included; all there is if none can fit any more,
    /// nil while one still may.
    public func replyLength(in bytes: ArraySlice<UInt8>, byPatterns candidates: [WirePattern]) -> Int? {
        let reply = bytes.drop { self.ignored.contains($0) }
        guard !reply.isEmpty else { return nil }
        var mayFit = false
        for pattern in candidates {
            switch pattern.match(reply, isWhole: false) {
            case .matched(_, let length): return bytes.count - reply.count + length
            case .incomplete: mayFit = true
            case .mismatch: continue
            }
        }
        return mayFit ? nil : bytes.count
    }

    /// The message in a complete answer: without what stands before and after it. Nil if its check characters do not fit.
    public func message(in reply: [UInt8]) -> [UInt8]? {
        var message = reply.drop { self.ignored.contains($0) }
        switch self.replyEnd {
        case .bytes(let ending):
            message = message.dropLast(ending.count)
            while let last = message.last, self.ignored.contains(last) { message.removeLast() }
        case .silence:
            while let last = message.last, last == 0x0D || last == 0x0A { message.removeLast() }
        case .length, .pattern: break
        }
        guard let checksum else { return Array(message) }
        guard message.count >= checksum.length else { return nil }
        let body = message.dropLast(checksum.length)
        return checksum.characters(of: body).elementsEqual(message.suffix(checksum.length)) ? Array(body) : nil
    }
}
