/// How a verb ends, for the scripts that call it. The numbers are those of `sysexits.h`, everywhere the same.
public enum ExitStatus: Int32, Sendable {
    case done = 0
    /// The command line is not understood.
    case usage = 64
    /// A request, an id or a kept state that cannot be used.
    case badData = 65
    /// The broker or a device is not to be had.
    case unavailable = 69
    /// A file or the journal cannot be read or written.
    case inputOutput = 74
    /// A lab's description that cannot be used.
    case misconfigured = 78
    /// Ended by Ctrl-C.
    case interrupted = 130
}
