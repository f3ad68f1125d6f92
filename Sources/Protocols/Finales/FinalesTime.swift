/// A calendar date and time to the microsecond, without a zone, as FINALES sends it.
///
/// Requests carry the broker's local time, results UTC; neither says so.
public struct FinalesTime: Sendable, Hashable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var microsecond: Int

    /// The time that a clock in a zone shows.
    ///
    /// - Parameters:
    ///   - seconds: whole seconds since 1970-01-01 00:00 UTC.
    ///   - microsecond: 0 to 999 999.
    ///   - zoneOffset: seconds that the zone is ahead of UTC, 3600 for central European winter.
    public init(secondsSince1970 seconds: Int, microsecond: Int = 0, zoneOffset: Int = 0) {
        let shown = seconds + zoneOffset
        let days = Int((Double(shown) / 86_400).rounded(.down))
        let rest = shown - days * 86_400
        // Days to a date of the proleptic Gregorian calendar, counted in eras of 400 years that begin on 1 March.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.year = yearOfEra + era * 400 + (self.month <= 2 ? 1 : 0)
        self.hour = rest / 3600
        self.minute = rest / 60 % 60
        self.second = rest % 60
        self.microsecond = microsecond
    }

    /// Reads `2026-11-23T20:17:23.809421`, with or without fraction, with `T` or a space; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func isMark(_ index: Int, _ marks: String) -> Bool { index < bytes.count && marks.utf8.contains(bytes[index]) }
        guard isMark(4, "-"), isMark(7, "-"), isMark(10, "T "), isMark(13, ":"), isMark(16, ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, 0)
        guard bytes.count > 19 else { return }
        guard isMark(19, "."), (21...29).contains(bytes.count), var fraction = number(20..<bytes.count) else {
            return nil
        }
        for _ in min(26, bytes.count)..<26 { fraction *= 10 }
        for _ in 26..<max(26, bytes.count) { fraction /= 10 }
        self.microsecond = fraction
    }

    /// Date, `separator`, time, and six digits of fraction (none at all if `always` is false and they are zero).
    public func text(separator: Character, fraction: Fraction) -> String {
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = "\(value)"
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(self.year, 4))-\(padded(self.month, 2))-\(padded(self.day, 2))"
        let time = "\(padded(self.hour, 2)):\(padded(self.minute, 2)):\(padded(self.second, 2))"
        let hasFraction = fraction == .always || (fraction == .unlessZero && self.microsecond != 0)
        return "\(date)\(separator)\(time)" + (hasFraction ? "." + padded(self.microsecond, 6) : "")
    }

    /// When the microseconds are written.
    public enum Fraction: Sendable {
        case always, unlessZero, never
    }
}

extension FinalesTime: CustomStringConvertible {
    /// As on the wire: `2026-11-23T20:17:23.809421`, without fraction when the microseconds are zero.
    public var description: String { self.text(separator: "T", fraction: .unlessZero) }
}

extension FinalesTime: Comparable {
    public static func < (a: Self, b: Self) -> Bool {
        (a.year, a.month, a.day, a.hour, a.minute) != (b.year, b.month, b.day, b.hour, b.minute)
            ? (a.year, a.month, a.day, a.hour, a.minute) < (b.year, b.month, b.day, b.hour, b.minute)
            : (a.second, a.microsecond) < (b.second, b.microsecond)
    }
}
