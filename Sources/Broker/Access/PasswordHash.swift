import CCrypt
import NIOPosix

/// A bcrypt hash (`$2b$<cost>$…`), made and checked by the system's libcrypt.
///
/// At cost 12 either takes a quarter of a second of one core, so both run on threads of their own.
struct PasswordHash: Sendable, Equatable {
    let text: String

    init(text: String) { self.text = text }

    /// Hashes a password with a fresh salt.
    ///
    /// - Parameter cost: binary logarithm of the number of rounds, 4 to 31.
    init(hashing password: String, cost: Int) throws(Failure) {
        var random = (0..<16).map { _ in CChar(truncatingIfNeeded: UInt8.random(in: 0...255)) }
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$2b$", UInt(cost), &random, 16, &setting, Int32(setting.count)) != nil else {
            throw .cost(cost)
        }
        guard let text = Self.crypt(password, setting: setting) else { throw .cost(cost) }
        self.text = text
    }

    enum Failure: Error, CustomStringConvertible {
        case cost(Int)

        var description: String {
            switch self {
            case .cost(let cost): "bcrypt does not take this password at cost \(cost); costs go from 4 to 31"
            }
        }
    }

    /// Whether this is the hash of `password`.
    func matches(_ password: String) async -> Bool {
        let expected = self.text
        return (try? await NIOThreadPool.singleton.runIfActive {
            guard let found = Self.crypt(password, setting: Array(expected.utf8CString)) else { return false }
            // All bytes are compared, so that the time taken says nothing.
            var difference = found.utf8.count ^ expected.utf8.count
            for (a, b) in zip(found.utf8, expected.utf8) { difference |= Int(a ^ b) }
            return difference == 0
        }) ?? false
    }

    private static func crypt(_ password: String, setting: [CChar]) -> String? {
        guard password.utf8.count < Int(CRYPT_MAX_PASSPHRASE_SIZE), !password.utf8.contains(0) else { return nil }
        let work = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer { work.deallocate() }
        work.initialize(to: crypt_data())
        guard let output = crypt_r(password, setting, work) else { return nil }
        let text = String(cString: output)
        return text.hasPrefix("*") ? nil : text
    }
}
