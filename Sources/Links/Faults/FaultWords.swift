import DeviceKit

/// The words of a fault as they are written: a name, then `key=value` in any order.
struct FaultWords {
    let name: String
    private var values: [String: String] = [:]

    init(_ text: String) throws(LinkFault.Invalid) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let name = words.first else { throw LinkFault.Invalid(description: "a fault needs a name") }
        self.name = String(name)
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw LinkFault.Invalid(description: "“\(word)” in “\(text)” is no key=value")
            }
            guard self.values.updateValue(String(parts[1]), forKey: String(parts[0])) == nil else {
                throw LinkFault.Invalid(description: "“\(text)” says \(parts[0]) twice")
            }
        }
    }

    mutating func duration(_ key: String, or other: Duration? = nil) throws(LinkFault.Invalid) -> Duration {
        try self.value(key, or: other, "a time such as 20ms") { text in
            (try? Duration(parsing: text)).flatMap { $0 >= .zero ? $0 : nil }
        }
    }

    mutating func count(_ key: String, or other: Int? = nil) throws(LinkFault.Invalid) -> Int {
        try self.value(key, or: other, "a whole number") { text in Int(text).flatMap { $0 >= 0 ? $0 : nil } }
    }

    /// Bytes per second; written with `B/s` or `KB/s`.
    mutating func rate(_ key: String) throws(LinkFault.Invalid) -> Double {
        try self.value(key, or: nil, "a rate such as 960B/s or 12KB/s") { text in
            let scale = text.hasSuffix("KB/s") ? 1000.0 : 1
            guard text.hasSuffix("B/s"), let number = Double(text.dropLast(scale == 1 ? 3 : 4)), number.isFinite
            else { return nil }
            return number > 0 ? number * scale : nil
        }
    }

    mutating func probability(_ key: String) throws(LinkFault.Invalid) -> Double? {
        guard self.values[key] != nil else { return nil }
        return try self.value(key, or: nil, "a probability from 0 to 1") { text in
            Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
        }
    }

    mutating func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String, _ type: Choice.Type
    ) throws(LinkFault.Invalid) -> Choice? {
        guard self.values[key] != nil else { return nil }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try self.value(key, or: nil, "one of \(names)") { Choice(rawValue: $0) }
    }

    /// Refuses what no parameter has asked for.
    func finish() throws(LinkFault.Invalid) {
        guard let unknown = self.values.keys.min() else { return }
        throw LinkFault.Invalid(description: "\(self.name) has no “\(unknown)”")
    }

    private mutating func value<Value>(
        _ key: String, or other: Value?, _ wanted: String, _ read: (String) -> Value?
    ) throws(LinkFault.Invalid) -> Value {
        guard let text = self.values.removeValue(forKey: key) else {
            if let other { return other }
            throw LinkFault.Invalid(description: "\(self.name) needs \(key)=, \(wanted)")
        }
        guard let value = read(text) else {
            throw LinkFault.Invalid(description: "“\(key)=\(text)” of \(self.name) is not \(wanted)")
        }
        return value
    }
}
