public import DeviceKit
import Synchronization

/// The link to an instrument that takes its orders from one folder and leaves its results in another: `in` and `out` below
/// the link's path, mounts of a share as a rule.
///
/// A share tells of no changes, so the folders are looked at again and again. All calls that a share can hold up run on a
/// thread of the link's own, and none is waited for longer than `timing.answer`.
public final class FolderLink: Sendable {
    /// How files are waited for. Wall time.
    public struct Timing: Sendable, Hashable {
        /// Between two looks.
        public var poll: Duration
        /// A file is complete when its size and time of change have stood so long.
        public var stable: Duration
        /// A file that could go on stands as it is when nothing has come for so long.
        public var abandoned: Duration
        /// Longest wait for the share itself.
        public var answer: Duration

        public init(
            poll: Duration = .milliseconds(250), stable: Duration = .seconds(1), abandoned: Duration = .seconds(10),
            answer: Duration = .seconds(10)
        ) {
            self.poll = poll
            self.stable = stable
            self.abandoned = abandoned
            self.answer = answer
        }
    }

    public let device: String
    public let path: String
    public let timing: Timing
    /// Larger files are never read.
    let longestFile: Int
    private let takesOrders: Bool
    private let thread: BlockingThread<FolderDesk>
    private let isInUse = Mutex(false)
    /// What stood in a watched folder when it was last looked at; nil before.
    private let seen = Mutex<[String: FolderStamp]?>(nil)

    /// - Parameter takesOrders: whether orders go into `in` and results come in `out`; otherwise results alone come, in the
    ///   folder itself.
    public init(
        device: String, path: String, timing: Timing = Timing(), longestFile: Int = 4_000_000, takesOrders: Bool = true
    ) {
        self.takesOrders = takesOrders
        self.longestFile = longestFile
        self.device = device
        self.path = path
        self.timing = timing
        self.thread = BlockingThread { _ in FolderDesk(path: path, takesOrders: takesOrders) }
    }

    public var address: String { "folder://\(self.path)" }

    /// Whether both folders are there and can be used.
    ///
    /// - Throws: `.absent` if not.
    public func probe() async throws(DeviceError) {
        try await self.run("look into \(self.address)") { desk throws(SystemError) in try desk.probe() }
    }

    /// Runs one order with its answer; only one at a time.
    ///
    /// - Throws: `.busy` while another one has the folders.
    public func exchange<Value: Sendable>(
        _ command: String, isolation: isolated (any Actor)? = #isolation,
        _ body: (FolderExchange) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await self.use(command) { () async throws(DeviceError) in
            let before = try await self.run(command) { desk throws(SystemError) in try desk.list(.out) }
            return try await body(FolderExchange(on: self, command: command, present: before))
        }
    }

    private func use<Value: Sendable>(
        _ command: String, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        let isFree = self.isInUse.withLock { isInUse in
            defer { isInUse = true }
            return !isInUse
        }
        guard isFree else {
            throw DeviceError(
                .busy, device: self.device, command: command, "another measurement has \(self.address)",
                advice: "Wait until it is done, or stop it.")
        }
        defer { self.isInUse.withLock { $0 = false } }
        return try await body()
    }

    /// Waits for results that nobody ordered through the folder; only one wait at a time. Given out is what has come since
    /// the last wait, or since the folder was first watched.
    ///
    /// - Parameter isMissed: picks files that are given out although they were there before, since they came while no
    ///   agent ran.
    /// - Throws: `.busy` while another one has the folder.
    public func watch<Value: Sendable>(
        _ command: String, isMissed: (String) -> Bool, isolation: isolated (any Actor)? = #isolation,
        _ body: (FolderExchange) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await self.beginWatching()
        let before = self.seen.withLock { $0 } ?? [:]
        return try await self.use(command) { () async throws(DeviceError) in
            let exchange = FolderExchange(on: self, command: command, present: before.filter { !isMissed($0.key) })
            defer { self.seen.withLock { $0 = exchange.taken } }
            return try await body(exchange)
        }
    }

    /// Remembers what stands in the folder, so that what comes from now on is news.
    public func beginWatching() async throws(DeviceError) {
        guard self.seen.withLock({ $0 == nil }) else { return try await self.probe() }
        let files = try await self.run("look into \(self.address)") { desk throws(SystemError) in try desk.list(.out) }
        self.seen.withLock { seen in if seen == nil { seen = files } }
    }

    /// Takes back an order that the instrument has not taken yet, whoever placed it.
    ///
    /// - Returns: whether it was still there.
    @discardableResult
    public func withdraw(_ name: String) async throws(DeviceError) -> Bool {
        try await self.run("withdraw \(name)") { desk throws(SystemError) in try desk.remove(name) }
    }

    /// Works on the folders, on the link's thread.
    func run<Value: Sendable>(
        _ command: String, _ body: @escaping @Sendable (FolderDesk) throws(SystemError) -> Value
    ) async throws(DeviceError) -> Value {
        let outcome = await self.answer(of: body)
        switch outcome {
        case .success(let value)?: return value
        case .failure(let error)?:
            throw DeviceError(
                .absent, device: self.device, command: command, "\(self.address): \(error)",
                advice: self.takesOrders
                    ? "Check that the share is mounted, has the folders `in` and `out`, and may be written to."
                    : "Check that the share is mounted and may be read.")
        case nil:
            throw DeviceError(
                .absent, device: self.device, command: command,
                "\(self.address) has not answered within \(self.timing.answer)",
                advice: "Check the network and the computer that offers the share.")
        }
    }

    /// What comes first: the share's answer, or the end of patience.
    private func answer<Value: Sendable>(
        of body: @escaping @Sendable (FolderDesk) throws(SystemError) -> Value
    ) async -> Result<Value, SystemError>? {
        await withCheckedContinuation { continuation in
            let race = Race<Value>(continuation)
            let patience = Task { [timing] in
                do { try await ContinuousClock().sleep(for: timing.answer) } catch { return }
                race.end(nil)
            }
            self.thread.start { desk in
                do throws(SystemError) {
                    race.end(.success(try body(desk)))
                } catch {
                    race.end(.failure(error))
                }
                patience.cancel()
            }
        }
    }
}

/// Resumes once, whoever is first.
private final class Race<Value: Sendable>: Sendable {
    typealias Waiting = CheckedContinuation<Result<Value, SystemError>?, Never>
    private let waiting: Mutex<Waiting?>

    init(_ waiting: Waiting) { self.waiting = Mutex(waiting) }

    func end(_ outcome: Result<Value, SystemError>?) {
        self.waiting.withLock { $0.take() }?.resume(returning: outcome)
    }
}
