/// Days of the calendar, written as ISO dates.
enum CalendarDay {
    /// How many days lie between two dates; nil for what is no date.
    static func days(from first: String, to second: String) -> Int? {
        guard let first = Self.number(first), let second = Self.number(second) else { return nil }
        return second - first
    }

    /// The date that many days after another; nil for what is no date.
    static func date(_ days: Int, after first: String) -> String? {
        guard let start = Self.number(first), days >= 0, days < 1_000_000 else { return nil }
        // The last year and month that do not begin after it.
        let number = start + days
        var year = number / 366
        while Self.start(ofYear: year + 1) <= number { year += 1 }
        let dayOfYear = number - Self.start(ofYear: year)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let (y, m) = month < 10 ? (year, month + 3) : (year + 1, month - 9)
        func padded(_ number: Int, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - "\(number)".count)) + "\(number)"
        }
        return "\(padded(y, 4))-\(padded(m, 2))-\(padded(day, 2))"
    }

    /// 1 March of a year.
    private static func start(ofYear y: Int) -> Int { 365 * y + y / 4 - y / 100 + y / 400 }

    /// Days since 1 March of the year 0, in the Gregorian calendar.
    private static func number(_ date: String) -> Int? {
        let parts = date.split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        // The year begins in March, so that the leap day is its last.
        let (y, m) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        return Self.start(ofYear: y) + (153 * m + 2) / 5 + day - 1
    }
}
