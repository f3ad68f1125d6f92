/// One value of one series at one time.
public struct Reading: Sendable, Hashable {
    /// Name of the series, `cell/temperature` for example.
    public let series: String
    /// Microseconds since 1970 UTC.
    public let time: Int64
    public let value: Double
    /// As it is shown, `°C` for example. It belongs to the series: the first one stays.
    public let unit: String
    public let quality: ReadingQuality

    public init(series: String, time: Int64, value: Double, unit: String, quality: ReadingQuality = .good) {
        self.series = series
        self.time = time
        self.value = value
        self.unit = unit
        self.quality = quality
    }
}

/// What is known of a span of time of one series. A raw reading is a span with one value.
public struct ReadingSpan: Sendable, Hashable {
    /// Begin of the span, in microseconds since 1970 UTC.
    public let time: Int64
    public let count: Int
    public let minimum: Double
    public let maximum: Double
    public let mean: Double
    /// The worst of the span.
    public let quality: ReadingQuality
}

/// The answer to a question for a range of time.
public struct ReadingRange: Sendable, Hashable {
    public enum Source: String, Sendable, Hashable {
        case raw, minute, hour
    }

    public let series: String
    public let unit: String
    /// What the spans were made of.
    public let source: Source
    /// In order of time; spans without a reading are left out.
    public let spans: [ReadingSpan]
}
