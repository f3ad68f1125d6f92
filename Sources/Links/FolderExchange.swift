public import DeviceKit
import Synchronization

/// One order to an instrument and the files that come back while it is waited for. It is valid inside the closure it is
/// given to. No file is given out twice, and none that was there before.
public final class FolderExchange: Sendable {
    /// A file of the folder `out`.
    public struct File: Sendable, Hashable {
        public var name: String
        public var bytes: [UInt8]
        /// Whether nothing has come for so long that nothing will: it may be half of what it should be.
        public var isAbandoned: Bool
    }

    private struct Seen {
        var stamp: FolderStamp
        var since: ContinuousClock.Instant
    }

    private struct State {
        /// Given out, or there from the start.
        var taken: [String: FolderStamp]
        var growing: [String: Seen] = [:]
        /// Given out as unfinished, at this stamp.
        var offered: [String: FolderStamp] = [:]
    }

    private let link: FolderLink
    private let command: String
    /// Names of the files that were there before.
    private let present: Set<String>
    private let state: Mutex<State>

    init(on link: FolderLink, command: String, present: [String: FolderStamp]) {
        self.link = link
        self.command = command
        self.present = Set(present.keys)
        self.state = Mutex(State(taken: present))
    }

    /// Whether a file whose name begins so is or was there. A share of another system does not tell capitals.
    public func isKnown(beginning: String) -> Bool {
        self.state.withLock { state in state.taken.keys.contains { $0.lowercased().hasPrefix(beginning.lowercased()) } }
    }

    /// What was there from the start, and what was given out.
    var taken: [String: FolderStamp] { self.state.withLock { $0.taken } }

    /// Gives the instrument a file, whole at once.
    ///
    /// - Throws: `.busy` if one of this name still waits to be taken; `.absent` if it cannot be written.
    public func place(_ name: String, _ bytes: [UInt8]) async throws(DeviceError) {
        let isWaiting = try await self.link.run(self.command) { desk throws(SystemError) in desk.isWaiting(name) }
        guard !isWaiting else {
            throw DeviceError(
                .busy, device: self.link.device, command: self.command, "\(name) still waits in \(self.link.path)/in",
                advice: "See whether the instrument is on and watches this folder; take the file out if it is old.")
        }
        try await self.link.run(self.command) { desk throws(SystemError) in try desk.place(name, bytes) }
    }

    /// Whether the instrument has taken the file yet.
    public func isTaken(_ name: String) async throws(DeviceError) -> Bool {
        try await !self.link.run(self.command) { desk throws(SystemError) in desk.isWaiting(name) }
    }

    /// The files that have come since the exchange began, complete or not.
    public func newNames() async throws(DeviceError) -> [String] {
        let files = try await self.link.run(self.command) { desk throws(SystemError) in try desk.list(.out) }
        return files.keys.filter { !self.present.contains($0) }.sorted()
    }

    /// The next file that is complete. A file that `isComplete` says no to is given out once nothing has come for long,
    /// marked as abandoned, and again if it goes on after all.
    ///
    /// - Parameter isComplete: whether bytes that have stood still for a moment are all of it.
    /// - Returns: nil when none has come by the deadline.
    public func nextFile(
        until deadline: ContinuousClock.Instant, isComplete: @Sendable (String, [UInt8]) -> Bool
    ) async throws(DeviceError) -> File? {
        while true {
            if let file = try await self.look(isComplete) { return file }
            let next = ContinuousClock.now + self.link.timing.poll
            guard next < deadline else { return nil }
            do {
                try await ContinuousClock().sleep(until: next)
            } catch {
                throw DeviceError(
                    .cancelled, device: self.link.device, command: self.command, "stopped while waiting for the result",
                    advice: "Measure again when ready.")
            }
        }
    }

    private func look(_ isComplete: (String, [UInt8]) -> Bool) async throws(DeviceError) -> File? {
        let files = try await self.link.run(self.command) { desk throws(SystemError) in try desk.list(.out) }
        for (name, stamp) in files.sorted(by: { $0.key < $1.key }) {
            guard let still = self.note(name, stamp), still >= self.link.timing.stable else { continue }
            let longest = self.link.longestFile
            let bytes = try await self.link.run(self.command) { desk throws(SystemError) in
                try desk.read(name, longest: longest)
            }
            // What was read is what stood still, or the share is behind.
            guard bytes.count == stamp.size else { continue }
            if isComplete(name, bytes) {
                self.state.withLock { $0.taken[name] = stamp }
                return File(name: name, bytes: bytes, isAbandoned: false)
            }
            let isNews = self.state.withLock { $0.offered[name] != stamp }
            guard still >= self.link.timing.abandoned, isNews else { continue }
            self.state.withLock { $0.offered[name] = stamp }
            return File(name: name, bytes: bytes, isAbandoned: true)
        }
        return nil
    }

    /// - Returns: how long the file has stood as it is; nil for one that was given out.
    private func note(_ name: String, _ stamp: FolderStamp) -> Duration? {
        let now = ContinuousClock.now
        return self.state.withLock { state in
            guard state.taken[name] != stamp else { return nil }
            guard let seen = state.growing[name], seen.stamp == stamp else {
                state.growing[name] = Seen(stamp: stamp, since: now)
                return .zero
            }
            return now - seen.since
        }
    }
}
