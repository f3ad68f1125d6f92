/// Where a step stands.
public enum StepState: String, Sendable, Hashable, CaseIterable {
    /// It will be done: committed before any byte leaves.
    case intent
    /// Its bytes have left.
    case sent
    case done
    /// The device said no; nothing happened.
    case refused
    /// Nobody knows whether it happened.
    case unknown

    /// Whether what happened is known.
    public var isSettled: Bool { self == .done || self == .refused }

    public func canBecome(_ next: StepState) -> Bool {
        switch (self, next) {
        case (.intent, .sent), (.intent, .done), (.intent, .refused), (.intent, .unknown): true
        case (.sent, .done), (.sent, .refused), (.sent, .unknown): true
        // An operator or a query found out.
        case (.unknown, .done), (.unknown, .refused): true
        default: false
        }
    }
}
