/// Who goes first when several wait for one link.
public enum LinkPriority: Int, Sendable, Comparable, CaseIterable {
    case stop, `operator`, run, poll

    /// Smaller goes first.
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
