extension [Duration] {
    /// Median, 99th percentile and maximum.
    public var quantiles: String {
        let sorted = self.map { $0 / .milliseconds(1) }.sorted()
        guard let last = sorted.last else { return "none" }
        let figures = [
            ("p50", sorted[sorted.count / 2]), ("p99", sorted[(sorted.count * 99 - 1) / 100]), ("max", last),
        ]
        return figures.map { "\($0) \(($1 * 1000).rounded() / 1000) ms" }.joined(separator: ", ")
    }
}
