/// Where a result stands on its way to the broker.
public enum OutboxState: String, Sendable, Hashable, CaseIterable {
    /// It may be posted.
    case ready
    /// A post is, or was when the agent ended, under way.
    case sending
    /// It was posted, and nobody knows whether the broker kept it. It is looked for before it is posted again.
    case ambiguous
    case delivered
    /// The broker holds a different result for the request; an operator decides.
    case conflict
    /// The broker refused it; it is kept, shown, and can be exported or retried.
    case quarantined

    public func canBecome(_ next: OutboxState) -> Bool {
        switch (self, next) {
        case (.ready, .sending), (.ready, .quarantined), (.ready, .conflict): true
        case (.sending, .delivered), (.sending, .ambiguous), (.sending, .ready), (.sending, .quarantined),
            (.sending, .conflict):
            true
        case (.ambiguous, .delivered), (.ambiguous, .ready), (.ambiguous, .conflict), (.ambiguous, .quarantined),
            (.ambiguous, .ambiguous):
            true
        case (.conflict, .ready), (.conflict, .delivered), (.conflict, .quarantined): true
        case (.quarantined, .ready): true
        default: false
        }
    }
}
