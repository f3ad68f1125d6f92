import DeviceKit
import Glibc
import Protocols

/// Writes what happens in a simulated world into a file, one JSON object per line, as it happens.
///
/// The first line, `{"kind": "clock", "monotonic": …, "speed": …}`, says when lab time 0 was on the machine's clock
/// since boot (sleep included), in seconds, and how many lab seconds go into one of its seconds: so events can be held
/// against what other programs on the machine noted.
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
        try self.write(Self.beginning(of: world.clock))
        for await event in await world.eventStream() { try self.write(JSONValue(encoding: event)) }
    }

    private func write(_ line: JSONValue) throws(EventFileError) {
        guard fputs(line.text() + "\n", self.file) >= 0, fflush(self.file) == 0 else { throw EventFileError(self.path) }
    }

    private static func beginning(of clock: LabClock) -> JSONValue {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let now = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
        return [
            "kind": "clock", "monotonic": .number(now - clock.now.offset.seconds / clock.speed),
            "speed": .number(clock.speed),
        ]
    }
}

/// The file of events cannot be written.
public struct EventFileError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ path: String) {
        self.description = "\(path): cannot be written: \(String(cString: strerror(errno)))"
    }
}
