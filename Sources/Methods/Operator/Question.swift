public import DeviceKit

/// What an operator is asked to do or to say, and what may be answered. The journal keeps it as it is.
public struct Question: Sendable, Hashable, Codable {
    /// One way to answer, with what has to be entered for it.
    public struct Choice: Sendable, Hashable, Codable {
        /// One word, as it is typed.
        public var answer: String
        /// What is done then.
        public var meaning: String
        /// Asked for with this answer; nil where the word says everything.
        public var entries: [Entry]?

        public init(answer: String, meaning: String, entries: [Entry]? = nil) {
            self.answer = answer
            self.meaning = meaning
            self.entries = entries
        }
    }

    /// One value that is typed in: a number in a unit if it has one, otherwise a line of text.
    public struct Entry: Sendable, Hashable, Codable {
        /// As it is named in an answer, `volume` for example.
        public var name: String
        /// What people read.
        public var label: String
        public var isRequired: Bool
        /// Symbol of the unit of `from` and `to`; nil for text.
        public var unit: String?
        public var from: Double?
        public var to: Double?

        public init(
            text name: String, label: String, isRequired: Bool = false
        ) {
            self.name = name
            self.label = label
            self.isRequired = isRequired
        }

        public init(number name: String, label: String, unit: String, from: Double, to: Double) {
            self.name = name
            self.label = label
            self.isRequired = true
            self.unit = unit
            self.from = from
            self.to = to
        }
    }

    /// A sketch or photograph that shows what is meant, kept by its hash.
    public struct Picture: Sendable, Hashable, Codable {
        /// Relative to the state directory.
        public var path: String
        public var sha256: String
        /// `image/png` for example.
        public var mediaType: String

        public init(path: String, sha256: String, mediaType: String) {
            self.path = path
            self.sha256 = sha256
            self.mediaType = mediaType
        }
    }

    /// What happened or is to be done, and what is known.
    public var text: String
    public var choices: [Choice]
    /// What it is about as the lab names it, a method, a vessel or a device; a picture may be configured for it.
    public var topic: String?
    public var picture: Picture?
    /// From when on it counts as late, since it was asked. The question stands all the same.
    public var due: Duration?
    /// Who may answer; nil lets every operator.
    public var role: Role?

    public init(
        text: String, choices: [Choice], topic: String? = nil, due: Duration? = nil, role: Role? = nil
    ) {
        self.text = text
        self.choices = choices
        self.topic = topic
        self.due = due
        self.role = role
    }
}
