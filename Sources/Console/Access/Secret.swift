import Crypto

/// A random text that opens something. Only its hash is kept.
public struct Secret: Sendable, Hashable {
    public let text: String

    /// As it came from a browser or from a person's keyboard.
    public init(_ text: String) { self.text = text }

    /// For browsers: 256 bits in hexadecimal.
    static func makeToken() -> Secret { Secret(Self.random(32).hexadecimal) }

    /// For people: 100 bits in four groups of five letters and digits, without those that are mistaken for others.
    public static func makeCode() -> Secret {
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        let code = Self.random(20).map { letters[Int($0) % letters.count] }
        return Secret(stride(from: 0, to: 20, by: 5).map { String(code[$0..<$0 + 5]) }.joined(separator: "-"))
    }

    /// A code as somebody typed it: case, blanks and hyphens do not count.
    static func typed(_ text: String) -> Secret {
        let letters = Array(text.uppercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(20))
        return Secret(
            stride(from: 0, to: letters.count, by: 5).map { String(letters[$0..<min($0 + 5, letters.count)]) }
                .joined(separator: "-"))
    }

    /// What is kept: SHA-256 in hexadecimal.
    public var hash: String { SHA256.hash(data: Array(self.text.utf8)).hexadecimal }

    /// What each form of the browser that holds this secret carries along, so that no other site can send one.
    var formKey: String {
        HMAC<SHA256>.authenticationCode(
            for: Array("form".utf8), using: SymmetricKey(data: Array(self.text.utf8))
        ).hexadecimal
    }

    private static func random(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    var hexadecimal: String { self.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

extension String {
    /// Whether two texts are equal, in a time that says nothing of where they differ.
    func equalsInConstantTime(_ other: String) -> Bool {
        var difference = self.utf8.count ^ other.utf8.count
        for (a, b) in zip(self.utf8, other.utf8) { difference |= Int(a ^ b) }
        return difference == 0
    }
}
