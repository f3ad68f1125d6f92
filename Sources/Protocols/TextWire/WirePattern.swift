/// What a request or an answer looks like: literal text, fields, and what is of no interest. It is read and written by
/// the same description, in one pass from left to right and without going back.
///
///     let pattern = try WirePattern("T={temperature:.2} {_}\\r") { _ in .decimal(width: nil, decimals: 2, sign: false) }
///     pattern.match(Array("T=23.50 ok\r".utf8))  // temperature: 23.5
public struct WirePattern: Sendable, Hashable {
    enum Element: Sendable, Hashable {
        case literal([UInt8])
        /// Any number of blanks and tabs, also none; one blank when written.
        case blanks
        case field(String, WireField)
        /// So many bytes, or all up to what follows.
        case skip(Int?)
    }

    let elements: [Element]

    init(elements: [Element]) { self.elements = elements }

    /// Text that is always the same.
    public init(literal bytes: [UInt8]) { self.elements = bytes.isEmpty ? [] : [.literal(bytes)] }

    public var fields: [(name: String, field: WireField)] {
        self.elements.compactMap { if case .field(let name, let field) = $0 { (name, field) } else { nil } }
    }

    /// Whether a reader knows where the text ends without an ending.
    public var hasOwnEnd: Bool {
        switch self.elements.last {
        case .literal: true
        case .field(_, let field): field.hasOwnEnd
        case .skip(let width): width != nil
        case .blanks, nil: false
        }
    }

    /// The same with some fields filled in, so that they are text like any other.
    public func filled(with values: [String: WireValue]) -> WirePattern {
        WirePattern(
            elements: self.elements.map { element in
                guard case .field(let name, let field) = element, let value = values[name],
                    let bytes = Self.bytes(of: value, as: field)
                else { return element }
                return .literal(bytes)
            })
    }
}

/// What is wrong with a pattern that somebody wrote.
public struct WirePatternError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(description: String) { self.description = description }
}
