import Glibc
import Protocols

/// Writes what happens in a simulated world into a file, one JSON object per line, as it happens.
public struct EventFile: ~Copyable {
    public let path: String
    private let file: UnsafeMutablePointer<FILE>

    /// Begins a new file; one that is there is overwritten.
    public init(creating path: String) throws(EventFileError) {
        guard let file = fopen(path, "wb") else { throw EventFileError(path) }
        self.path = path
        self.file = file
    }

    deinit { fclose(self.file) }

    /// Writes until the task is cancelled or the world is gone. Each line is complete when the next event comes.
    public func write(_ world: LabWorld) async throws {
        for await event in await world.eventStream() {
            let line = try JSONValue(encoding: event).text() + "\n"
            guard fputs(line, self.file) >= 0, fflush(self.file) == 0 else { throw EventFileError(self.path) }
        }
    }
}

/// The file of events cannot be written.
public struct EventFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ path: String) {
        self.description = "\(path): cannot be written: \(String(cString: strerror(errno)))"
    }
}
