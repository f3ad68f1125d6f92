import Glibc
import Synchronization

/// Something with a descriptor that wants to know when it can be read or written, and when a deadline has passed.
protocol Polled: AnyObject, Sendable {
    /// The descriptor and poll(2) events that matter now, and the nearest deadline; nil when there is nothing to wait for.
    func interest() -> PollInterest?
    func becameReady(_ events: Int16)
    func expire(at now: ContinuousClock.Instant)
}

struct PollInterest {
    var descriptor: Int32
    var events: Int16
    var deadline: ContinuousClock.Instant?
}

/// The one thread that waits for all descriptors of the process, so that no task of Swift's pool ever blocks in the
/// kernel. A laboratory has tens of lines: poll(2) over all of them costs a few microseconds.
final class ReadinessThread: Sendable {
    static let shared = ReadinessThread()

    private struct Entry {
        weak var polled: (any Polled)?
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])
    /// A pipe: a byte written into it ends the thread's wait.
    private let bell: (hears: Int32, rings: Int32)

    private init() {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system refuses a pipe: \(SystemError.last)")
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        self.bell = (ends[0], ends[1])
        signal(SIGPIPE, SIG_IGN)  // A peer that hangs up is an error of one write, not the end of the process.
        Self.startThread { [self] in self.loop() }
    }

    /// Adds something to wait for. It is forgotten once nobody else holds it.
    func add(_ polled: any Polled) {
        self.entries.withLock { $0[ObjectIdentifier(polled)] = Entry(polled: polled) }
        self.ring()
    }

    func remove(_ polled: any Polled) {
        _ = self.entries.withLock { $0.removeValue(forKey: ObjectIdentifier(polled)) }
        self.ring()
    }

    /// Makes the thread ask everybody's interest anew.
    func ring() {
        var byte: UInt8 = 1
        _ = write(self.bell.rings, &byte, 1)  // A full pipe rings as well.
    }

    private func loop() {
        while true {
            let watched = self.entries.withLock { entries in
                entries = entries.filter { $0.value.polled != nil }
                return entries.values.compactMap(\.polled)
            }
            var descriptors = [pollfd(fd: self.bell.hears, events: Int16(POLLIN), revents: 0)]
            var owners: [any Polled] = []
            var deadline: ContinuousClock.Instant?
            for polled in watched {
                guard let interest = polled.interest() else { continue }
                descriptors.append(pollfd(fd: interest.descriptor, events: interest.events, revents: 0))
                owners.append(polled)
                if let wanted = interest.deadline { deadline = min(deadline ?? wanted, wanted) }
            }
            poll(&descriptors, nfds_t(descriptors.count), Self.milliseconds(until: deadline))
            if descriptors[0].revents != 0 { self.silence() }
            for (owner, descriptor) in zip(owners, descriptors.dropFirst()) where descriptor.revents != 0 {
                owner.becameReady(descriptor.revents)
            }
            let now = ContinuousClock.now
            for owner in owners { owner.expire(at: now) }
        }
    }

    private func silence() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = read(self.bell.hears, &bytes, bytes.count)
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return -1 }
        let (seconds, attoseconds) = (deadline - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        // Rounded up, so that the thread never wakes just before a deadline only to sleep again.
        return Int32(clamping: min(seconds, 3600) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }

    /// Runs `body` on a thread of its own.
    static func startThread(_ body: @escaping @Sendable () -> Void) {
        final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        precondition(failure == 0, "the system refuses another thread: \(SystemError(failure))")
        pthread_detach(thread)
    }
}
