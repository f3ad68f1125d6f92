import Crypto
import CryptoExtras
import NIOPosix

/// A person's password on its way to its hash, which is all that is kept.
///
/// scrypt (RFC 7914) with N = 2¹⁴, r = 8, p = 5: 16 MB and about a tenth of a second for each try, one of the settings
/// that OWASP's password storage cheat sheet names.
struct Password: Sendable {
    private let text: String

    static let lengths = 10...200

    /// Nil for one that is too short or too long.
    init?(choosing text: String) {
        guard Self.lengths.contains(text.utf8.count) else { return nil }
        self.text = text
    }

    /// As somebody typed it to sign in.
    init(typed text: String) { self.text = String(text.prefix(Self.lengths.upperBound)) }

    /// - Returns: `scrypt$14$8$5$<salt>$<key>`
    func hashed() async throws -> String {
        let salt = Secret.makeToken().text
        return "\(Self.prefix)\(salt)$\(try await self.key(salt: salt))"
    }

    func matches(_ hash: String) async throws -> Bool {
        guard hash.hasPrefix(Self.prefix) else { return false }
        let parts = hash.dropFirst(Self.prefix.count).split(separator: "$").map(String.init)
        guard parts.count == 2 else { return false }
        return try await self.key(salt: parts[0]).equalsInConstantTime(parts[1])
    }

    /// What a try against nobody is compared with, so that it takes as long as one against somebody.
    static let nobody = "\(Self.prefix)00$00"

    private static let prefix = "scrypt$14$8$5$"

    private func key(salt: String) async throws -> String {
        let password = Array(self.text.utf8)
        return try await NIOThreadPool.singleton.runIfActive {
            try KDF.Scrypt.deriveKey(
                from: password, salt: Array(salt.utf8), outputByteCount: 32, rounds: 1 << 14, blockSize: 8,
                parallelism: 5
            ).withUnsafeBytes { Array($0).hexadecimal }
        }
    }
}
