import Protocols

extension JSONValue {
    /// Where the first number stands that is not finite, as a JSON Pointer (RFC 6901); nil if all are finite.
    func firstNotFinite(at pointer: String = "") -> String? {
        switch self {
        case .number(let value): return value.isFinite ? nil : pointer
        case .array(let values):
            for (index, value) in values.enumerated() {
                if let found = value.firstNotFinite(at: "\(pointer)/\(index)") { return found }
            }
            return nil
        case .object(let object):
            for (key, value) in object {
                if let found = value.firstNotFinite(at: "\(pointer)/\(key)") { return found }
            }
            return nil
        default: return nil
        }
    }

    /// Whether both say the same, numbers being compared by value and not by how they are written: `1`, `1.0` and
    /// `1e0` are equal, as are `1e-7` and `1e-07`.
    func isNumericallyEqual(to other: JSONValue) -> Bool {
        switch (self, other) {
        case (.array(let a), .array(let b)):
            return a.count == b.count && zip(a, b).allSatisfy { $0.isNumericallyEqual(to: $1) }
        case (.object(let a), .object(let b)):
            return a.count == b.count
                && a.allSatisfy { key, value in b[key].map { value.isNumericallyEqual(to: $0) } ?? false }
        case (.integer(let a), .integer(let b)): return a == b
        case (.integer, .number), (.number, .integer), (.number, .number): return self.double == other.double
        default: return self == other
        }
    }
}
