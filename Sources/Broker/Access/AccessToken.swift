import Crypto
import Protocols

/// A JSON Web Token (RFC 7519) signed with HMAC-SHA256, with the two claims that FINALES uses.
///
/// Written here rather than taken from a library because the original's default secret is the empty text, which
/// libraries refuse, and because its tokens are equal byte for byte when name and second are.
struct AccessToken: Sendable {
    let subject: String
    /// Seconds since 1970; nil never expires.
    let expiry: Int?

    init(subject: String, expiry: Int) {
        self.subject = subject
        self.expiry = expiry
    }

    /// Reads a token that was signed with `secret` and has not expired at `now`; nil for every other text.
    init?(verifying text: some StringProtocol, secret: String, now: Int) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]),
            let header = Base64URL.decode(parts[0]).flatMap({ try? JSONValue(parsing: $0) }),
            header["alg"]?.string == "HS256",
            HMAC<SHA256>.isValidAuthenticationCode(
                signature,
                authenticating: Array("\(parts[0]).\(parts[1])".utf8),
                using: SymmetricKey(data: Array(secret.utf8))
            ),
            let claims = Base64URL.decode(parts[1]).flatMap({ try? JSONValue(parsing: $0) }),
            let subject = claims["sub"]?.string
        else { return nil }
        self.subject = subject
        self.expiry = claims["exp"]?.double.map { Int(max(-1e15, min(1e15, $0))) }
        guard claims["exp"] == nil || self.expiry.map({ $0 >= now }) == true else { return nil }
    }

    func signed(secret: String) -> String {
        var claims: JSONObject = ["sub": .string(self.subject)]
        if let expiry { claims["exp"] = .integer(Int64(expiry)) }
        let header: JSONValue = ["alg": "HS256", "typ": "JWT"]
        let content = [header, .object(claims)].map { Base64URL.encode(Array($0.text().utf8)) }.joined(separator: ".")
        let signature = HMAC<SHA256>.authenticationCode(
            for: Array(content.utf8),
            using: SymmetricKey(data: Array(secret.utf8))
        )
        return content + "." + Base64URL.encode(Array(signature))
    }
}
