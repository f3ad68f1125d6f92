/// How much checking is left: schemas come from outside, and a few definitions that name each other twice ask for more
/// checks than there is time, or for deeper ones than there is stack.
struct SchemaEffort {
    private static let deepest = 512
    private static let checksForEachValue = 64

    private var checksLeft: Int
    private var depth = 0

    /// As much as any schema needs that was not made to keep somebody busy.
    init(for value: JSONValue) {
        self.checksLeft = Self.checksForEachValue * (16 + Self.count(value))
    }

    /// Whether one more schema may be held against a value; to be followed by `end()` if it may.
    mutating func begin() -> Bool {
        guard self.checksLeft > 0, self.depth < Self.deepest else { return false }
        self.checksLeft -= 1
        self.depth += 1
        return true
    }

    mutating func end() { self.depth -= 1 }

    /// Values within a value, itself included.
    private static func count(_ value: JSONValue) -> Int {
        switch value {
        case .array(let items): items.reduce(1) { $0 + self.count($1) }
        case .object(let members): members.reduce(1) { $0 + self.count($1.value) }
        default: 1
        }
    }
}
