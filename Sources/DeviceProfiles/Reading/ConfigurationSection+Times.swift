extension ConfigurationSection {
    /// A day that has come, `2026-10-05`, as it is written. A day begins somewhere up to 14 h before it does in UTC.
    public func pastDate(_ key: String) -> String? {
        guard let text = self.text(key) else { return nil }
        guard let date = WrittenTime(date: text) else {
            self.report("\(self.name(key)): “\(text)” is no date; write for example 2026-10-05", key: key)
            return nil
        }
        if date.secondsSince1970 > self.document.now.secondsSince1970 + 14 * 3600 {
            self.report("\(self.name(key)): “\(text)” is in the future; it must be today or earlier", key: key)
        }
        return text
    }

    /// A moment that has come, `2026-11-23T20:00:00Z`; one hour is allowed for clocks that disagree.
    public func pastTime(_ key: String) -> WrittenTime? {
        guard let text = self.text(key) else { return nil }
        guard let time = WrittenTime(time: text) else {
            self.report(
                "\(self.name(key)): “\(text)” is no time of UTC; write for example 2026-11-23T20:00:00Z", key: key)
            return nil
        }
        if time.secondsSince1970 > self.document.now.secondsSince1970 + 3600 {
            self.report("\(self.name(key)): “\(text)” is in the future; write when it was read, in UTC", key: key)
        }
        return time
    }
}
