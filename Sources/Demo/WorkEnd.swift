import Dispatch
import Glibc
import UnixSignals

/// Waiting for the word to end: a signal, or the end of the program that started this one.
public enum WorkEnd: Sendable, Hashable {
    /// SIGINT: somebody pressed Ctrl-C.
    case interrupt
    /// SIGTERM.
    case terminate
    /// Standard input has ended.
    case inputClosed

    /// Returns the first word to end.
    ///
    /// - Parameters:
    ///   - watchingInput: counts the end of standard input too. A program that keeps the other end of that pipe ends its
    ///     children even when it is killed.
    ///   - whenListening: called once a signal is no longer the death of the program: the moment to say that it is ready.
    public static func wait(watchingInput: Bool = false, whenListening: () -> Void = {}) async -> WorkEnd? {
        let (words, continuation) = AsyncStream.makeStream(of: WorkEnd.self)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        whenListening()
        let listening = Task {
            for await signal in signals { continuation.yield(signal == .sigint ? .interrupt : .terminate) }
        }
        defer { listening.cancel() }
        if watchingInput {
            DispatchQueue(label: "standard input").async {
                var buffer = [UInt8](repeating: 0, count: 256)
                while case let count = read(STDIN_FILENO, &buffer, buffer.count),
                    count > 0 || errno == EINTR && count < 0
                {}
                continuation.yield(.inputClosed)
            }
        }
        return await words.first { _ in true }
    }
}
