#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory that holds everything one agent remembers. Whoever holds this value owns it: one agent at a time.
public final class StateDirectory: Sendable {
    public let path: String
    /// Whether the machine has been up since another process had the directory.
    let isOfSameBoot: Bool
    private let descriptor: Int32

    /// Creates the directory if need be (mode 0700) and takes its lock, which ends with this value or the process.
    ///
    /// - Throws: `locked` with the holder's process id, `cannotOpen`.
    public init(path: String) throws(StoreError) {
        self.path = path
        try Self.create(path)
        let lockPath = path + "/lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpen, "lock \(lockPath)", Self.reason(), advice: "Check owner and rights of the state directory."
            )
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = Self.reason()
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard isHeld else {
                throw StoreError(
                    .cannotOpen, "lock \(lockPath)", reason, advice: "Use a file system that supports flock.")
            }
            throw StoreError(
                .locked, "lock \(lockPath)", "process \(holder) uses this state directory",
                advice: "End process \(holder) first, or give this agent a state directory of its own.")
        }
        self.isOfSameBoot =
            Self.note(descriptor).split(separator: "\n").dropFirst().first == Substring(Moment.currentBoot)
        let text = Array("\(getpid())\n\(Moment.currentBoot)\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        self.descriptor = descriptor
    }

    deinit {
        close(self.descriptor)
    }

    /// What must never be lost.
    public var journalPath: String { self.path + "/journal.sqlite" }
    /// Time series.
    public var readingsPath: String { self.path + "/readings.sqlite" }
    /// Files that could not be read as what they should be; never deleted by the agent.
    public var damagedPath: String { self.path + "/damaged" }

    private static func create(_ path: String) throws(StoreError) {
        var partial = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            partial += "/" + component
            if mkdir(partial, 0o700) != 0, errno != EEXIST {
                throw StoreError(
                    .cannotOpen, "create \(partial)", Self.reason(),
                    advice: "Create the state directory and give it to the agent's user.")
            }
        }
    }

    private static func holder(_ descriptor: Int32) -> String {
        self.note(descriptor).split(separator: "\n").first.map(String.init) ?? "unknown"
    }

    /// The holder's process id in the first line, its boot in the second.
    private static func note(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
