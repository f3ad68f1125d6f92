/// A message of maxon's protocol V2: `90 02`, code, number of words, words, checksum, with every 0x90 behind the first two
/// bytes sent twice (maxon EPOS4 Communication Guide, USB and RS-232).
public struct EposV2Frame: Sendable, Hashable {
    static let dataLinkEscape: UInt8 = 0x90
    static let startOfText: UInt8 = 0x02
    /// Most words that one frame carries.
    public static let longest = 143

    public var code: UInt8
    /// Of an even number of bytes.
    public var payload: [UInt8]

    public init(code: UInt8, payload: [UInt8]) {
        self.code = code
        self.payload = payload.count.isMultiple(of: 2) ? payload : payload + [0]
    }

    /// - Parameter message: code to checksum, without stuffing. Nil if the checksum does not fit.
    init?(message: [UInt8]) {
        guard message.count >= 4, EposChecksum.checksum(EposChecksum.words(message)) == 0 else { return nil }
        self.init(code: message[0], payload: Array(message[2..<message.count - 2]))
    }

    public var bytes: [UInt8] {
        let message = [self.code, UInt8(truncatingIfNeeded: self.payload.count / 2)] + self.payload
        let checksum = LittleEndian.bytes(EposChecksum.checksum(EposChecksum.words(message)))
        return [Self.dataLinkEscape, Self.startOfText]
            + (message + checksum).flatMap { $0 == Self.dataLinkEscape ? [$0, $0] : [$0] }
    }
}
