import DeviceKit
import Protocols

extension ProfileTextProtocol {
    /// Nil for a link without `framing`, which has no text protocol.
    init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let framingSection = section.optionalSection("framing")
        let extra = framingSection?.optionalChoice("extra-input", of: ExtraInput.self)
        let framing = framingSection.flatMap(TextFraming.init)
        let reads = section.optionalChoice("reads", of: Reads.self)
        let refusals = section.list("refused-by").compactMap { Refusal($0, names) }
        let unsolicited = section.optionalPatterns("unsolicited", fields: names.parameterFields)
        let wake = section.optionalSection("wake").flatMap { Wake($0, names) }
        guard let framing else {
            for key in ["reads", "refused-by", "unsolicited", "wake"] where section.has(key) {
                section.report("\(section.name(key)): is for text protocols, which need `framing`", key: key)
            }
            return nil
        }
        self.init(
            framing: framing, refusesExtraInput: extra != .ignore, readsTwice: reads == .twice, refusals: refusals,
            unsolicited: unsolicited, wake: wake)
    }

    private enum ExtraInput: String, CaseIterable { case error, ignore }
    private enum Reads: String, CaseIterable { case once, twice }
}

extension ProfileTextProtocol.Refusal {
    fileprivate init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let pattern = section.required("reply") {
            section.optionalPattern(
                "reply", fields: names.parameterFields.merging(["code": .text(width: nil)]) { a, _ in a })
        }
        let meaning = section.optionalChoice("means", of: Meaning.self)
        let say = section.text("say")
        section.finish()
        guard let pattern, let say else { return nil }
        self.init(pattern: pattern, meaning: meaning ?? .refused, say: say)
    }
}

extension ProfileTextProtocol.Wake {
    fileprivate init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let state = section.text("ask")
        let limit = section.duration("within", .aboveZero)
        section.finish()
        guard let state, let limit else { return nil }
        self.init(state: state, limit: limit)
    }
}

extension TextFraming {
    fileprivate init?(_ section: ConfigurationSection) {
        let requestEnd = section.required("request-ends") { section.optionalBytes("request-ends") }
        let ends = section.optionalBytes("reply-ends")
        let length = section.optionalInteger("reply-length", .within(1...4096, "1 to 4096"))
        let by = section.optionalChoice("reply-ends-by", of: EndKind.self)
        let ignored = section.optionalBytes("ignore") ?? []
        let longest = section.optionalInteger("longest", .within(1...65536, "1 to 65536")) ?? 1024
        let checksum = section.optionalSection("checksum").flatMap(WireChecksum.init)
        section.finish()
        let ways: [TextFraming.ReplyEnd?] = [
            ends.map { .bytes($0) }, length.map { .length($0) },
            by.map { $0 == .silence ? .silence : .pattern },
        ]
        guard let requestEnd, case let chosen = ways.compactMap(\.self), let replyEnd = chosen.first, chosen.count == 1
        else {
            section.report(
                "\(section.path): say how an answer ends, by one of reply-ends, reply-length and reply-ends-by")
            return nil
        }
        if ends?.isEmpty == true {
            section.report("\(section.name("reply-ends")): must not be empty", key: "reply-ends")
        }
        self.init(
            requestEnd: requestEnd, replyEnd: replyEnd, ignored: Set(ignored), checksum: checksum, longest: longest)
    }
}

/// How an answer ends that has no ending.
private enum EndKind: String, CaseIterable {
    /// Nothing more has come for the between-bytes time-out.
    case silence
    /// What is expected has come in full.
    case pattern
}

extension WireChecksum {
    fileprivate init?(_ section: ConfigurationSection) {
        let algorithm = section.choice("kind", of: Algorithm.self)
        let notation = section.optionalChoice("as", of: Notation.self)
        let skipped = section.optionalInteger("skip", .within(0...64, "0 to 64"))
        section.finish()
        guard let algorithm else { return nil }
        self.init(algorithm, notation: notation ?? .hexadecimal, skipped: skipped ?? 0)
    }
}
