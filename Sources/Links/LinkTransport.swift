/// A physical line that can be opened: `SerialLink`, `TCPLink`.
public protocol LinkTransport: Sendable {
    /// The address for people, `tcp://10.0.0.7:49152` for example.
    var address: String { get }
    /// How a line is made trustworthy again after a time-out or garbage.
    var recovery: LinkRecovery { get }
    /// Whether answers that are still on their way die with the old connection.
    var reopeningForgets: Bool { get }
    /// Opens the line for exclusive use.
    func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel
    /// What throws while the current task may say nothing to whatever hangs on the open line. Any thread may ask it.
    func admission() -> @Sendable () throws(LinkOpeningError) -> Void
}

extension LinkTransport {
    public func admission() -> @Sendable () throws(LinkOpeningError) -> Void {
        { () throws(LinkOpeningError) in }
    }
}

/// What is done with a dirty link before its next request.
public enum LinkRecovery: Sendable, Hashable {
    /// Read and drop until nothing has come for `quiet`; nil means the link's first-byte time-out. An answer that is
    /// later than first-byte time-out and `quiet` together cannot be told apart, so the time-out has to be generous.
    case drain(quiet: Duration?)
    /// Close and open anew. No late answer survives that on TCP; a serial line is drained besides.
    case reopen
}

/// Why a line could not be opened.
public struct LinkOpeningError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        case absent, busy, misconfigured, cancelled
        /// What hangs on the line has not been recognised.
        case unidentified
    }

    public let reason: Reason
    public let description: String

    public init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
