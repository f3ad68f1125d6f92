/// Which of maxon's serial protocols a line speaks.
public enum EposDialect: Sendable, Hashable, CaseIterable {
    /// EPOS and EPOS2 over RS-232: single bytes of handshake around each message.
    case v1
    /// EPOS4 over USB or RS-232: frames between DLE STX and a checksum.
    case v2
    /// EPOS2 over its own USB port: the frames of V2 with the requests of V1.
    case v2OfEpos2
}
