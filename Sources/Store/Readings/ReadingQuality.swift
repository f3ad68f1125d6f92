/// How far a reading can be trusted.
public enum ReadingQuality: Int, Sendable, Hashable, Comparable {
    case good = 0
    /// Outside what was calibrated, or old.
    case doubtful = 1
    /// The instrument said that it is wrong.
    case bad = 2

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
