import Glibc

/// A moment as descriptions write it: a date or a time of UTC in the extended format of ISO 8601, years 1970 to 9999.
public struct WrittenTime: Sendable, Hashable, Comparable {
    public let secondsSince1970: Int64

    public init(secondsSince1970: Int64) {
        self.secondsSince1970 = secondsSince1970
    }

    /// The moment at which a day begins, `2026-10-05`. Nil if the text is no day of the calendar.
    public init?(date text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = Self.digits(parts[0], 4), let month = Self.digits(parts[1], 2),
            let day = Self.digits(parts[2], 2), year >= 1970, (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, of: year)
        else { return nil }
        let earlierYears = year * 365 + Self.leapYears(before: year)
        let earlierMonths = (1..<month).reduce(0) { $0 + Self.days(inMonth: $1, of: year) }
        let days = earlierYears + earlierMonths + day - 1 - (1970 * 365 + Self.leapYears(before: 1970))
        self.init(secondsSince1970: Int64(days) * 86400)
    }

    /// A second of UTC, `2026-11-23T20:00:00Z`. Nil if the text is none; leap seconds are none.
    public init?(time text: String) {
        guard text.hasSuffix("Z"), let separator = text.firstIndex(of: "T"),
            let date = WrittenTime(date: String(text[..<separator]))
        else { return nil }
        let parts = text[text.index(after: separator)...].dropLast().split(
            separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Self.digits(parts[0], 2), let minute = Self.digits(parts[1], 2),
            let second = Self.digits(parts[2], 2), hour < 24, minute < 60, second < 60
        else { return nil }
        self.init(secondsSince1970: date.secondsSince1970 + Int64(hour * 3600 + minute * 60 + second))
    }

    /// What this computer's clock says.
    public static var now: WrittenTime { WrittenTime(secondsSince1970: Int64(Glibc.time(nil))) }

    public static func < (a: Self, b: Self) -> Bool { a.secondsSince1970 < b.secondsSince1970 }

    /// As many digits as `count` says, and nothing else.
    private static func digits(_ text: Substring, _ count: Int) -> Int? {
        guard text.utf8.count == count, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func isLeapYear(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func leapYears(before year: Int) -> Int {
        let last = year - 1
        return last / 4 - last / 100 + last / 400
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeapYear(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
