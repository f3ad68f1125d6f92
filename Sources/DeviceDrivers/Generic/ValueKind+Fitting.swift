import DeviceKit
import DeviceProfiles

extension ValueKind {
    /// A value of this kind, in its unit; nil for one of another kind.
    func fitting(_ value: StateValue) -> StateValue? {
        switch (self, value) {
        case (.number(let unit), .number(let quantity)):
            quantity.in(unit).map { .number(AnyQuantity($0, unit)) }
        case (.options(let words), .option(let word)), (.options(let words), .text(let word)):
            words.contains(word) ? .option(word) : nil
        case (.text, .text(let text)), (.text, .option(let text)): .text(text)
        default: nil
        }
    }

    /// What can be given, for messages.
    var words: String {
        switch self {
        case .number(let unit): unit == .one ? "a number" : "a number in \(unit.symbol)"
        case .options(let words): "one of \(words.joined(separator: ", "))"
        case .text: "a text"
        }
    }
}

extension StateValue {
    /// Whether a value read back is the one that was wanted; numbers may differ by `tolerance` and by rounding.
    func equals(_ wanted: StateValue, within tolerance: Double) -> Bool {
        guard let found = self.quantity, let wanted = wanted.quantity?.in(found.unit) else {
            return self.word != nil && self.word == wanted.word
        }
        return abs(found.value - wanted) <= tolerance + 1e-9 * max(1, abs(wanted))
    }
}

extension ProfileParameter {
    /// Whether a device can have this value.
    func allows(_ value: StateValue) -> Bool {
        guard let fitting = self.kind.fitting(value) else { return false }
        guard let number = fitting.quantity?.value else { return true }
        return (!self.isInteger || number == number.rounded()) && self.range.map { $0.contains(number) } ?? true
    }
}
