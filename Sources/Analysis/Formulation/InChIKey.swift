/// The hashed structure of a substance, by which requests, stock tables and results name a chemical.
///
/// Any text is accepted, so that an unknown key of a request can be told back; `isWellFormed` checks the form.
public struct InChIKey: Sendable, Hashable {
    public let text: String

    public init(_ text: String) { self.text = text }

    /// Whether it has the form of a standard InChIKey: 14, 10 and 1 capital letters with hyphens between them
    /// (InChI technical manual, IUPAC).
    public var isWellFormed: Bool {
        let parts = self.text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.map(\.count) == [14, 10, 1] else { return false }
        return parts.joined().allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

extension InChIKey: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(text) }
}

extension InChIKey: Comparable {
    public static func < (a: Self, b: Self) -> Bool { a.text < b.text }
}

extension InChIKey: CustomStringConvertible {
    public var description: String { self.text }
}

/// A plain string, also as a key of a dictionary.
extension InChIKey: Codable, CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }

    public var codingKey: any CodingKey { Key(stringValue: self.text) }

    public init?<T: CodingKey>(codingKey: T) { self.init(codingKey.stringValue) }
}
