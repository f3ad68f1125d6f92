/// The answer to the command `t`: `tes4_lr1500#Mar 12 2026 14:28:01`, then `R*`.
public struct MethodScriptVersion: Sendable, Hashable {
    /// Six characters that name the model.
    public var identifier: String
    /// `1.500` for example.
    public var firmware: String
    public var build: String
    /// `R` for a release, else a development state.
    public var release: String

    /// Reads the lines of the answer, the first beginning with `t`, the last ending with `*`.
    public init(parsing lines: [[UInt8]]) throws(MethodScriptSyntaxError) {
        guard let first = lines.first, first.first == UInt8(ascii: "t") else {
            throw MethodScriptSyntaxError(expected: "t", offset: 0)
        }
        guard lines.last?.last == UInt8(ascii: "*") else {
            throw MethodScriptSyntaxError(expected: "* at the end", offset: lines.last?.count ?? 0)
        }
        let text = first.dropFirst()
        let head = text.prefix { $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "*") }
        let isBootloader = head.starts(with: MethodScriptInstrument.bootloaderIdentifier.utf8)
        let width = isBootloader ? MethodScriptInstrument.bootloaderIdentifier.utf8.count : 6
        guard head.count >= width, head.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
            throw MethodScriptSyntaxError(expected: "a model identifier of six characters", offset: 1)
        }
        self.identifier = String(decoding: head.prefix(width), as: UTF8.self)
        let digits = head.dropFirst(width)
        self.firmware =
            digits.count < 2
            ? String(decoding: digits, as: UTF8.self)
            : String(decoding: digits.prefix(1), as: UTF8.self) + "."
                + String(decoding: digits.dropFirst(), as: UTF8.self)
        let build = text.dropFirst(head.count).drop { $0 == UInt8(ascii: "#") }
        self.build = String(decoding: build.filter { $0 != UInt8(ascii: "*") }, as: UTF8.self)
        self.release =
            lines.count > 1
            ? String(decoding: (lines.last ?? []).filter { $0 != UInt8(ascii: "*") }, as: UTF8.self) : ""
    }
}
