/// What went wrong with the agent's own memory: which file, what SQLite or the system said, and what to do next.
public struct StoreError: Error, Sendable, Hashable {
    /// Decides the policy; `detail` and `advice` are for people.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case locked, newerSchema, cannotOpen, storageFailed, diskFull, notFound, duplicate, illegalTransition
            case heldByAnother, staleRevision, damagedRow, closed
        }
        private let kind: Kind
        public var description: String { self.kind.rawValue }

        /// Another agent owns the state directory.
        public static let locked = Code(kind: .locked)
        /// The file was written by a newer version of this program.
        public static let newerSchema = Code(kind: .newerSchema)
        /// The directory or the file cannot be opened or created.
        public static let cannotOpen = Code(kind: .cannotOpen)
        /// An input/output error: nothing is durable any more until the file is opened anew.
        public static let storageFailed = Code(kind: .storageFailed)
        /// No space is left; nothing of this write was kept. A later write may succeed.
        public static let diskFull = Code(kind: .diskFull)
        /// There is no such row.
        public static let notFound = Code(kind: .notFound)
        /// A row with this key exists already.
        public static let duplicate = Code(kind: .duplicate)
        /// The state machine has no such arrow; nothing was changed.
        public static let illegalTransition = Code(kind: .illegalTransition)
        /// The lease belongs to somebody else.
        public static let heldByAnother = Code(kind: .heldByAnother)
        /// Somebody changed the value since it was read.
        public static let staleRevision = Code(kind: .staleRevision)
        /// A stored value does not read back as it was written.
        public static let damagedRow = Code(kind: .damagedRow)
        /// The file has been closed.
        public static let closed = Code(kind: .closed)
    }

    public let code: Code
    /// What was being done, `finish run 0197…` for example.
    public let operation: String
    public let detail: String
    /// What the operator can do now.
    public let advice: String

    public init(_ code: Code, _ operation: String, _ detail: String, advice: String) {
        self.code = code
        self.operation = operation
        self.detail = detail
        self.advice = advice
    }
}

extension StoreError: CustomStringConvertible {
    public var description: String { "\(self.operation): \(self.detail). \(self.advice)" }
}
