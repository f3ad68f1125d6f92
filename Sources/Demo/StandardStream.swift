import Glibc

/// Standard output or standard error, unbuffered: what is written is there before the call returns.
public enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes as much as the other end takes; a reader that has gone away is no error.
    public func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(self.rawValue, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }

    public func writeLine(_ text: String) { self.write(text + "\n") }

    /// Whether a person looks at it.
    public var isTerminal: Bool { isatty(self.rawValue) == 1 }

    /// Characters in a row; 80 where there is no terminal.
    public var width: Int {
        var size = winsize()
        guard ioctl(self.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
