import DeviceKit

extension Question {
    /// Longest text that an entry takes, in characters.
    public static let longestEntry = 500

    /// Checks what was answered.
    ///
    /// - Parameters:
    ///   - answer: one of the choices; or the number itself, where one choice asks for one value alone.
    ///   - entries: what was typed in, by name.
    /// - Throws: what is wrong, and what can be answered.
    public func check(_ answer: String, _ entries: [String: String] = [:]) throws(BadAnswer) -> OperatorAnswer {
        if let choice = self.choices.first(where: { $0.answer == answer }) {
            return OperatorAnswer(choice: answer, entries: try Self.check(entries, for: choice))
        }
        let open = self.choices.filter { ($0.entries ?? []).count(where: \.isRequired) == 1 }
        guard entries.isEmpty, open.count == 1, let choice = open.first,
            let entry = choice.entries?.first(where: \.isRequired), entry.fits(answer)
        else {
            let known = self.choices.map(\.answer).joined(separator: ", ")
            throw BadAnswer("“\(answer.prefix(80))” is no answer to it; answer one of \(known)")
        }
        return OperatorAnswer(choice: choice.answer, entries: try Self.check([entry.name: answer], for: choice))
    }

    private static func check(
        _ entries: [String: String], for choice: Choice
    ) throws(BadAnswer) -> [String: String] {
        let wanted = choice.entries ?? []
        var checked: [String: String] = [:]
        for (name, text) in entries.sorted(by: { $0.key < $1.key }) {
            guard let entry = wanted.first(where: { $0.name == name }) else {
                let known = wanted.isEmpty ? "nothing" : wanted.map(\.name).joined(separator: ", ")
                throw BadAnswer("“\(choice.answer)” takes no “\(name.prefix(80))”; it takes \(known)")
            }
            // What is left empty in a form was not entered.
            guard let value = try entry.check(text) else { continue }
            checked[name] = value
        }
        if let missing = wanted.first(where: { $0.isRequired && checked[$0.name] == nil }) {
            throw BadAnswer("“\(choice.answer)” needs “\(missing.name)”, \(missing.words)", at: missing.name)
        }
        return checked
    }
}

extension Question.Entry {
    /// What may be entered, in words.
    public var words: String {
        self.range == nil ? self.label : "\(self.label), \(self.rangeInWords)"
    }

    /// `10 to 1000 mL`; empty where every text will do.
    private var rangeInWords: String {
        guard let unit, let range else { return "" }
        return "\(range.lowerBound.inWords) to \(AnyQuantity(range.upperBound, Self.unit(unit)))"
    }

    private var range: ClosedRange<Double>? {
        guard let from, let to, from <= to else { return nil }
        return from...to
    }

    private static func unit(_ symbol: String) -> AnyUnit { AnyUnit(symbol: symbol) ?? .one }

    /// Whether a text can only be meant as this entry: a number where one is wanted. A word that is no choice is a slip.
    func fits(_ text: String) -> Bool {
        guard self.unit != nil else { return false }
        return text.first { !$0.isWhitespace }.map { $0.isNumber || "+-.".contains($0) } ?? false
    }

    /// - Returns: the value as it is kept; nil for an empty one.
    func check(_ text: String) throws(BadAnswer) -> String? {
        let text = text.withoutBlanksAround
        guard !text.isEmpty else { return nil }
        guard text.count <= Question.longestEntry else {
            throw BadAnswer("“\(self.name)” is longer than \(Question.longestEntry) characters", at: self.name)
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw BadAnswer("“\(self.name)” must be one line of text", at: self.name)
        }
        guard let symbol = self.unit else { return text }
        let unit = Self.unit(symbol)
        let quantity: AnyQuantity
        do throws(QuantityParseError) {
            quantity = try AnyQuantity(parsing: text)
        } catch {
            throw BadAnswer("“\(self.name)”: \(error.description)", at: self.name)
        }
        if quantity.unit == .one, unit != .one {
            throw BadAnswer(
                "“\(self.name)”: “\(text)” has no unit; write for example “\(text) \(symbol)”", at: self.name)
        }
        guard let value = quantity.in(unit) else {
            throw BadAnswer(
                "“\(self.name)”: “\(text)” is not in \(symbol) or another unit of the same kind", at: self.name)
        }
        if let range, !range.contains(value) {
            throw BadAnswer("“\(self.name)”: “\(text)” is not from \(self.rangeInWords)", at: self.name)
        }
        return AnyQuantity(value, unit).description
    }
}

/// Why an answer is none to its question.
public struct BadAnswer: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String
    /// The entry that is wrong or missing; nil where something else is.
    public let entry: String?

    init(_ description: String, at entry: String? = nil) {
        self.description = description
        self.entry = entry
    }
}

extension String {
    fileprivate var withoutBlanksAround: String {
        let from = self.drop { $0.isWhitespace }
        return String(from.prefix(from.count - from.reversed().prefix { $0.isWhitespace }.count))
    }
}

extension Double {
    fileprivate var inWords: String { AnyQuantity(self, .one).description }
}
