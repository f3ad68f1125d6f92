/// Whether consecutive portions of one mixture drift, as they do while an earlier liquid is still being washed out.
///
/// A drift is taken for real if the values only rise or only fall, and the change from first to last is more than
/// `limit` of their mean and more than three times its standard deviation by the fits.
public struct SubsampleDrift: Sendable, Hashable {
    /// (last − first) / mean.
    public let relativeChange: Double
    /// |last − first| over its standard deviation; infinite for a change between exact values.
    public let significance: Double
    public let isMonotonic: Bool
    public let isReal: Bool

    public static let limit = 0.002
    private static let coverage = 3.0

    /// `nil` with fewer than three values, which anything would run through monotonically.
    init?(_ values: [(value: Double, deviation: Double)]) {
        guard values.count >= 3, let first = values.first, let last = values.last else { return nil }
        let mean = values.reduce(0) { $0 + $1.value } / Double(values.count)
        let change = last.value - first.value
        let deviation = (first.deviation * first.deviation + last.deviation * last.deviation).squareRoot()
        let steps = zip(values.dropFirst(), values).map { $0.value - $1.value }
        self.relativeChange = change / mean
        self.significance = change == 0 ? 0 : abs(change) / deviation
        self.isMonotonic = change != 0 && steps.allSatisfy { $0 * change > 0 }
        self.isReal = self.isMonotonic && abs(change / mean) > Self.limit && self.significance > Self.coverage
    }
}
