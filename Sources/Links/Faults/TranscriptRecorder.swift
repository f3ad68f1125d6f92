import DeviceKit
import Glibc
import Protocols
import Synchronization

/// Writes a transcript while the traffic passes, each line as it happens.
public final class TranscriptRecorder: Sendable {
    private struct State {
        var descriptor: Int32
        var failure: SystemError?
    }

    public let path: String
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// Begins a new file; one that is there is overwritten.
    ///
    /// - Throws: `.misconfigured` if it cannot be written.
    public init(creating path: String, _ header: Transcript.Header) throws(LinkOpeningError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw LinkOpeningError(.misconfigured, "\(path): cannot be written: \(SystemError.last)")
        }
        self.path = path
        self.state = Mutex(State(descriptor: descriptor))
        self.write(header.line.text())
    }

    deinit { _ = Glibc.close(self.state.withLock { $0.descriptor }) }

    public var tap: ProxyTap { { self.note($0) } }

    /// Why the record is not complete; nil if it is.
    public var failure: String? {
        self.state.withLock { $0.failure }.map { "\(self.path): the record is not complete: \($0)" }
    }

    private func note(_ traffic: ProxyTraffic) {
        let time = max(.zero, traffic.instant - self.start)
        let entry = Transcript.Entry(time, connection: traffic.connection, traffic.place, traffic.bytes)
        self.write(entry.line.text())
    }

    private func write(_ line: String) {
        self.state.withLock { state in
            var bytes = Array((line + "\n").utf8)[...]
            // After a failure nothing more: a record has no hole.
            while !bytes.isEmpty, state.failure == nil {
                let count = bytes.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
                if count >= 0 { bytes = bytes.dropFirst(count) } else if errno != EINTR { state.failure = .last }
            }
        }
    }
}
