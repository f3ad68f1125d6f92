import Dispatch

/// What somebody types, or a program writes, while a verb runs.
enum StandardInput {
    /// The lines of standard input until it ends. It has one reader in a process.
    static func lines() -> AsyncStream<String> {
        let (lines, continuation) = AsyncStream.makeStream(of: String.self)
        DispatchQueue(label: "standard input").async {
            while let line = readLine() { continuation.yield(line) }
            continuation.finish()
        }
        return lines
    }
}
