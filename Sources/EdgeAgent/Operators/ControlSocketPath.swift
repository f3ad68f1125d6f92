import Glibc

/// Where the running agent listens: `<state>/control.sock`, open to its own user alone.
struct ControlSocketPath: Sendable {
    let path: String

    init(stateDirectory: String) { self.path = "\(stateDirectory)/control.sock" }

    /// Hands a path to `body` that fits into a socket address, which holds 107 bytes (unix(7)): a longer one is
    /// reached through the directory's descriptor.
    func withAddress<Value>(
        isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Value
    ) async throws -> Value {
        guard self.path.utf8.count > 100 else { return try await body(self.path) }
        let directory = self.path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw OperatorError(.inputOutput, "\(directory): cannot be opened: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try await body("/proc/self/fd/\(descriptor)/control.sock")
    }
}
