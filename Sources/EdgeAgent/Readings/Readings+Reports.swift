import Store

extension Readings {
    /// The newest reading of each series, as an agent has left them.
    func reports() async throws(StoreError) -> [ReadingReport] {
        var reports: [ReadingReport] = []
        for (name, unit) in try await self.series() {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let newest = try await self.newest(name) else { continue }
            var report = ReadingReport(device: parts[0], state: parts[1])
            report.value = newest.mean
            report.unit = unit
            report.time = Moment(utc: newest.time, boot: "", monotonic: 0).text
            reports.append(report)
        }
        return reports
    }
}
