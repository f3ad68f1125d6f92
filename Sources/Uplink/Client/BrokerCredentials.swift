#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Who the agent is at the broker. The password stands in a file (or a systemd credential) and is read at each login,
/// so that it can be changed while the agent runs. It is never part of a description or an error.
public struct BrokerCredentials: Sendable, CustomStringConvertible {
    public let user: String
    public let passwordFile: String

    public init(user: String, passwordFile: String) {
        self.user = user
        self.passwordFile = passwordFile
    }

    public var description: String { "\(self.user) with the password of \(self.passwordFile)" }

    /// The first line of the file.
    func password() throws(BrokerError) -> String {
        let descriptor = open(self.passwordFile, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw BrokerError(
                .misconfigured, "login", detail: "\(self.passwordFile): \(String(cString: strerror(errno)))",
                advice: "Name a readable file with the broker's password for \(self.user).")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        let line = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let password = String(validating: line, as: UTF8.self), !password.isEmpty else {
            throw BrokerError(
                .misconfigured, "login", detail: "\(self.passwordFile) holds no password in its first line",
                advice: "Write the broker's password for \(self.user) into it.")
        }
        return password
    }
}
