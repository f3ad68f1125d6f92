/// What follows the code in maxon's protocol V1: number of words less one, words, checksum. Code and message are taken one
/// by one by the other side, with `O` or `F` (maxon EPOS2 Communication Guide, RS-232).
public struct EposV1Message: Sendable, Hashable {
    /// Taken.
    public static let okay = UInt8(ascii: "O")
    /// Refused.
    public static let failed = UInt8(ascii: "F")

    public var code: UInt8
    /// Of an even number of bytes, at least two.
    public var payload: [UInt8]

    public init(code: UInt8, payload: [UInt8]) {
        self.code = code
        self.payload = payload.count.isMultiple(of: 2) ? payload : payload + [0]
    }

    /// - Parameter rest: what followed the code. Nil if length or checksum does not fit.
    public init?(code: UInt8, rest: [UInt8]) {
        guard let first = rest.first, rest.count == Self.length(first: first) else { return nil }
        guard EposChecksum.checksum(EposChecksum.words([first, code] + rest.dropFirst())) == 0 else { return nil }
        self.init(code: code, payload: Array(rest.dropFirst().dropLast(2)))
    }

    /// What follows the code.
    public var rest: [UInt8] {
        let first = UInt8(truncatingIfNeeded: self.payload.count / 2 - 1)
        let checksum = EposChecksum.checksum(EposChecksum.words([first, self.code] + self.payload))
        return [first] + self.payload + LittleEndian.bytes(checksum)
    }

    /// Bytes behind the code in a message that begins with `first`.
    public static func length(first: UInt8) -> Int { 1 + 2 * (Int(first) + 1) + 2 }
}
