import Dispatch
import Glibc
import Protocols

/// A program of this machine that tells people: it reads the notice as JSON from its standard input, and is ended when it
/// takes too long.
struct NoticeCommand: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let limit = Duration.seconds(30)

    private let words: [String]
    private let limit: Duration

    /// - Parameter words: the program's full path and its arguments.
    init(_ words: [String], limit: Duration = Self.limit) {
        self.words = words
        self.limit = limit
    }

    func run(_ notice: JSONValue) async throws(Failure) {
        let program = self.words.first ?? ""
        // Not a pipe: a program that does not read must not end this one by a signal, nor keep it waiting.
        guard let input = tmpfile() else { throw Failure(description: String(cString: strerror(errno))) }
        defer { fclose(input) }
        guard fputs(notice.text() + "\n", input) >= 0, fflush(input) == 0, lseek(fileno(input), 0, SEEK_SET) == 0 else {
            throw Failure(description: "the notice could not be handed over: \(String(cString: strerror(errno)))")
        }
        var process: pid_t = 0
        let code = Self.spawn(&process, self.words, input: fileno(input))
        guard code == 0 else { throw Failure(description: "\(program): \(String(cString: strerror(code)))") }
        let end = Task { [process] in await Self.end(of: process) }
        let force = Task { [process, limit] in
            // Cancelled when the program has ended: then its number may be another's.
            try await ContinuousClock().sleep(for: limit)
            kill(-process, SIGKILL)
        }
        let status = await withTaskCancellationHandler {
            await end.value
        } onCancel: { [process] in
            kill(-process, SIGKILL)
        }
        force.cancel()
        guard status == 0 else { throw Failure(description: "\(program) ended with \(status)") }
    }

    /// In a process group of its own, so that what it starts is ended with it.
    private static func spawn(_ process: inout pid_t, _ words: [String], input: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        return posix_spawn(&process, words[0], &actions, &attributes, &arguments, environ)
    }

    /// Its exit code, or 128 and the signal that ended it.
    private static func end(of process: pid_t) async -> Int32 {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "end of a notice").async {
                var status: Int32 = 0
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
            }
        }
    }
}
