import Synchronization

/// A serial line to a device that may be pulled, plugged in elsewhere and replaced by another one while the agent runs.
///
/// Only who identifies the device may open the line, and until `admit(at:)` nobody else may speak on it: no command ever
/// reaches an instrument that is not the one it was meant for. Each opening needs an identification of its own.
public final class PluggedLine: LinkTransport {
    /// Whether the current task is identifying what hangs on the line.
    @TaskLocal private static var isIdentifying = false

    private struct State {
        var path: String?
        /// Why the line cannot be used, for messages.
        var obstacle: String
        var hasDevice = false
        var isAdmitted = false
        var channel: ByteChannel?
        var whenLost: (@Sendable () -> Void)?
    }

    /// What is looked for, “USB serial A10K1XYZ” for example.
    public let address: String
    public let settings: SerialSettings
    private let state: Mutex<State>

    public init(_ address: String, settings: SerialSettings) {
        self.address = address
        self.settings = settings
        self.state = Mutex(State(obstacle: "\(address) is not plugged in"))
    }

    public var recovery: LinkRecovery { .drain(quiet: nil) }
    /// Another device may hang on the line by then, and must not be told what was meant for the last one.
    public var reopeningForgets: Bool { true }

    /// Has `body` called when an open line ends without `unplug`: a hang-up, an error of the kernel, a link that gave it
    /// up. It must return quickly.
    public func whenLost(_ body: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.whenLost = body }
    }

    /// The device hangs on this tty now. It has to be identified before it is used; a line that is open there stays so,
    /// since instruments restart when they are opened.
    public func plug(at path: String) {
        let obstacle = "\(path) has not been identified"
        let isThere = self.state.withLock { state in
            state.isAdmitted = false
            state.obstacle = obstacle
            state.hasDevice = true
            return state.path == path
        }
        if !isThere { self.change { state in state.path = path } }
    }

    /// The device is gone, or must not be spoken to: the line is closed at once.
    ///
    /// - Parameter hasDevice: whether something hangs there of which it is not known whether it is the right one.
    public func unplug(because reason: String, hasDevice: Bool = false) {
        self.change { state in
            state.path = nil
            state.obstacle = reason
            state.hasDevice = hasDevice
        }
    }

    /// Lets everybody speak on the line, if it is still the one that was identified.
    ///
    /// - Returns: false if it was lost in the meantime.
    public func admit(at path: String) -> Bool {
        self.state.withLock { state in
            guard state.path == path, let channel = state.channel, channel.end == nil else { return false }
            state.isAdmitted = true
            return true
        }
    }

    /// Runs an exchange that finds out what hangs on the line.
    public func identifying<Value: Sendable, Failure: Error>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result = await Self.$isIdentifying.withValue(true) { () async -> Result<Value, Failure> in
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    public func open(within limit: Duration) async throws(LinkOpeningError) -> ByteChannel {
        let (path, obstacle, hasDevice) = self.state.withLock { state in
            state.isAdmitted = false
            return (state.path, state.obstacle, state.hasDevice)
        }
        guard let path, Self.isIdentifying else {
            throw LinkOpeningError(
                hasDevice ? .unidentified : .absent, path == nil ? obstacle : "\(self.address): \(obstacle)")
        }
        let channel = try await SerialLink(path: path, settings: self.settings).open(within: limit)
        let isStillThere = self.state.withLock { state in
            guard state.path == path else { return false }
            state.channel = channel
            return true
        }
        guard isStillThere else {
            channel.close()
            throw LinkOpeningError(.absent, "\(path) was unplugged while it was being opened")
        }
        channel.whenEnded { [weak self, weak channel] in
            guard let self, let channel else { return }
            self.ended(channel)
        }
        return channel
    }

    public func admission() -> @Sendable () throws(LinkOpeningError) -> Void {
        { [self, isIdentifying = Self.isIdentifying] () throws(LinkOpeningError) in
            let (isAdmitted, obstacle) = self.state.withLock { ($0.isAdmitted, $0.obstacle) }
            guard isAdmitted || isIdentifying else {
                throw LinkOpeningError(.unidentified, "\(self.address): \(obstacle)")
            }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let channel = self.state.withLock { state in
            body(&state)
            state.isAdmitted = false
            return state.channel.take()
        }
        channel?.close()
    }

    private func ended(_ channel: ByteChannel) {
        let whenLost = self.state.withLock { state -> (@Sendable () -> Void)? in
            guard state.channel === channel else { return nil }
            state.channel = nil
            state.isAdmitted = false
            state.obstacle = "the line was lost and has not been identified again"
            return state.whenLost
        }
        whenLost?()
    }
}
