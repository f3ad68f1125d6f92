@testable import Demo

extension [Duration] {
    /// Median, 99th percentile and maximum in seconds.
    var spread: String {
        let sorted = self.map { $0 / .seconds(1) }.sorted()
        guard let last = sorted.last else { return "–" }
        let rare = sorted[Swift.min(sorted.count - 1, sorted.count * 99 / 100)]
        return "p50 \(sorted[sorted.count / 2].fixed(3)) s, p99 \(rare.fixed(3)) s, max \(last.fixed(3)) s"
    }
}
