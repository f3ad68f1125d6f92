/// Why bytes could not be read from or written to a channel.
public enum ChannelError: Error, Hashable, Sendable {
    /// The deadline passed.
    case timedOut
    /// The waiting task was cancelled.
    case cancelled
    /// Bytes of higher priority went out first; what was left of these was dropped.
    case overtaken
    /// The other side, the kernel or this side closed the channel.
    case ended(String)
    /// Somebody else waits already; a channel has one reader and one writer.
    case occupied
}
