/// What is wrong with a written circuit, and where.
public struct CircuitSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1, in bytes of UTF-8.
    public let column: Int
    public let reason: String

    public var description: String { "column \(self.column): \(self.reason)" }
}

/// Recursive descent over `series = part {"-" part}`, `part = "p(" series {"," series} ")" | element`.
struct CircuitParser {
    private let bytes: [UInt8]
    private var offset = 0
    private var names: Set<String> = []

    private static let longestText = 1024
    private static let deepestNesting = 16

    static func topology(of text: String) throws(CircuitSyntaxError) -> CircuitTopology {
        var parser = Self(bytes: Array(text.utf8))
        guard parser.bytes.count <= Self.longestText else {
            throw CircuitSyntaxError(column: Self.longestText + 1, reason: "the circuit is too long")
        }
        let topology = try parser.series(depth: 0)
        if let byte = parser.next {
            throw parser.error("expected '-' or the end, found \(Self.quoted(byte))")
        }
        return topology
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        self.skipSpaces()
    }

    private mutating func series(depth: Int) throws(CircuitSyntaxError) -> CircuitTopology {
        var parts = [try self.part(depth: depth)]
        while self.take("-") {
            parts.append(try self.part(depth: depth))
        }
        return parts.count == 1 ? parts[0] : .series(parts)
    }

    private mutating func part(depth: Int) throws(CircuitSyntaxError) -> CircuitTopology {
        guard self.take("p") else { return .element(try self.element()) }
        guard depth < Self.deepestNesting else { throw self.error("more than 16 nested parallel circuits") }
        guard self.take("(") else { throw self.error("expected '(' after 'p'") }
        var branches = [try self.series(depth: depth + 1)]
        while self.take(",") {
            branches.append(try self.series(depth: depth + 1))
        }
        guard branches.count > 1 else { throw self.error("expected ',' and another branch") }
        guard self.take(")") else { throw self.error("expected ',', '-' or ')'") }
        return .parallel(branches)
    }

    private mutating func element() throws(CircuitSyntaxError) -> CircuitElement {
        let start = self.offset
        let letters = self.run { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") }
        guard !letters.isEmpty else { throw self.error("expected an element such as R0, CPE1 or p(R1,C1)") }
        guard let kind = CircuitElement.Kind(rawValue: letters) else {
            throw self.error("unknown element \(letters); known are R, C, L, CPE, W and K", at: start)
        }
        let digits = self.run { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard digits.count <= 4, let number = Int(digits) else {
            throw self.error("expected a number of one to four digits after \(letters)", at: start + letters.count)
        }
        let element = CircuitElement(kind, number)
        guard self.names.insert(element.description).inserted else {
            throw self.error("\(element) occurs twice", at: start)
        }
        self.skipSpaces()
        return element
    }

    private var next: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.next == UInt8(ascii: character) else { return false }
        self.offset += 1
        self.skipSpaces()
        return true
    }

    private mutating func run(while belongs: (UInt8) -> Bool) -> String {
        let start = self.offset
        while let byte = self.next, belongs(byte) { self.offset += 1 }
        return String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while self.next == UInt8(ascii: " ") { self.offset += 1 }
    }

    private func error(_ reason: String, at offset: Int? = nil) -> CircuitSyntaxError {
        CircuitSyntaxError(column: (offset ?? self.offset) + 1, reason: reason)
    }

    private static func quoted(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7f ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    }
}
