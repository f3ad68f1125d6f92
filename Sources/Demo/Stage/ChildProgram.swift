import Dispatch
import Glibc
import Synchronization

/// A program that runs beside this one until it is told to end, and ends with this one in any case: the pipe on its
/// standard input closes then.
final class ChildProgram: Sendable {
    let name: String
    /// Where its standard error goes.
    let log: String
    /// What it prints, line by line.
    let lines: AsyncStream<String>
    private let process: pid_t
    private let input: Mutex<Int32?>
    private let ended: Task<Int32, Never>

    /// Starts a program in a process group of its own, so that Ctrl-C reaches this program alone, which then decides the
    /// order of the ends.
    ///
    /// - Parameter name: what it is called in messages.
    init(_ name: String, executable: String, arguments: [String], log: String) throws(DemonstrationFailure) {
        var input: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        guard pipe(&input) == 0 else { throw Self.failure(name, errno) }
        guard pipe(&output) == 0 else {
            for end in input { close(end) }
            throw Self.failure(name, errno)
        }
        // A second child must not keep the first one's pipe open.
        for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var process: pid_t = 0
        let code = Self.spawn(
            &process, executable, arguments, input: input[0], output: output[1], log: log)
        close(input[0])
        close(output[1])
        guard code == 0 else {
            close(input[1])
            close(output[0])
            throw Self.failure(name, code)
        }
        self.name = name
        self.log = log
        self.process = process
        self.input = Mutex(input[1])
        self.lines = Self.lines(from: output[0])
        self.ended = Task { [process] in await Self.end(of: process) }
    }

    /// Returns its exit code, or 128 and the signal that ended it, once it has ended; nil when the calling task is
    /// cancelled. Lines that nobody has read are lost.
    func codeAtEnd() async -> Int32? {
        for await _ in self.lines {}
        return Task.isCancelled ? nil : await self.ended.value
    }

    /// Tells it to end, by force after `patience`, and returns when it has ended.
    func end(patience: Duration = .seconds(5)) async {
        self.input.withLock { input in
            if let descriptor = input { close(descriptor) }
            input = nil
        }
        let force = Task { [process] in
            try await ContinuousClock().sleep(for: patience)
            kill(process, SIGKILL)
        }
        _ = await self.ended.value
        force.cancel()
    }

    private static func spawn(
        _ process: inout pid_t, _ executable: String, _ arguments: [String], input: Int32, output: Int32, log: String
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var words = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        return posix_spawn(&process, executable, &actions, &attributes, &words, environ)
    }

    private static func lines(from descriptor: Int32) -> AsyncStream<String> {
        // The programs started here print some twenty lines.
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1000))
        DispatchQueue(label: "output of a child").async {
            var line: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte == UInt8(ascii: "\n") {
                        continuation.yield(String(decoding: line, as: UTF8.self))
                        line = []
                    } else {
                        line.append(byte)
                    }
                }
            }
            close(descriptor)
            continuation.finish()
        }
        return stream
    }

    private static func end(of process: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "end of a child").async {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }

    private static func failure(_ name: String, _ code: Int32) -> DemonstrationFailure {
        DemonstrationFailure(69, "\(name) could not be started: \(String(cString: strerror(code)))")
    }
}
