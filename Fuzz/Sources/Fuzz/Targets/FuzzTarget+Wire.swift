import Protocols

extension FuzzTarget {
    /// A pattern as a profile writes it, a line end, and what a device answers. The first letter of a field's name says
    /// what kind it is.
    static let wirePattern = FuzzTarget("wire-pattern") { input in
        var reader = InputReader(input)
        let text = reader.line()
        _ = try? WirePattern.bytes(text)
        let pattern: WirePattern
        do {
            pattern = try WirePattern(text) { name throws(WirePatternError) in Self.field(name) }
        } catch {
            return
        }
        let answer = reader.rest
        if case .matched(let values, let length) = pattern.match(answer) {
            promise(length == answer.count, "a whole answer is matched in part")
            _ = pattern.bytes(values)
            _ = pattern.misfit(values)
        }
        if case .matched(let values, let length) = pattern.match(answer, isWhole: false) {
            promise(length <= answer.count, "more is matched than there is")
            if let written = pattern.filled(with: values).bytes(values) {
                promise(!written.isEmpty || length == 0 || pattern.fields.isEmpty, "nothing is written")
            }
        }
        for ending in [TextFraming.ReplyEnd.bytes([0x0D, 0x0A]), .length(7), .silence, .pattern] {
            for checksum in [nil, WireChecksum(.lrc, skipped: 1), WireChecksum(.crc16, notation: .bytes)] {
                let framing = TextFraming(
                    requestEnd: [0x0D], replyEnd: ending, ignored: [0x06, 0x0A], checksum: checksum)
                if let length = framing.replyLength(in: answer[...]) {
                    promise(length <= answer.count, "an answer is longer than what came")
                    _ = framing.message(in: Array(answer[..<length]))
                }
                _ = framing.message(in: answer)
            }
        }
    }

    private static func field(_ name: String) -> WireField {
        switch name.utf8.first {
        case UInt8(ascii: "o"):
            .options([.init(name: "on", wire: Array("1".utf8)), .init(name: "off", wire: Array("10".utf8))])
        case UInt8(ascii: "t"): .text(width: nil)
        default: .decimal(width: nil, decimals: nil, sign: false)
        }
    }
}
