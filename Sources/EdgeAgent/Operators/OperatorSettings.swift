public import DeviceKit

/// How a lab asks its operators, and tells them that it does.
public struct OperatorSettings: Sendable, Hashable {
    /// Where it is told that a question waits.
    public struct Notification: Sendable, Hashable {
        /// Takes a POST of JSON; nil for none.
        public var webhook: String?
        /// File with a token that is sent along as `Authorization: Bearer`; nil for none.
        public var tokenFile: String?
        /// A program with its arguments, which reads the same JSON from its standard input; empty for none.
        public var command: [String]
        /// Until people are told again of a question that waits.
        public var again: Duration

        public var isSilent: Bool { self.webhook == nil && self.command.isEmpty }

        public init(
            webhook: String? = nil, tokenFile: String? = nil, command: [String] = [], again: Duration = .seconds(1800)
        ) {
            self.webhook = webhook
            self.tokenFile = tokenFile
            self.command = command
            self.again = again
        }
    }

    /// The chat of the transportation tenant's clients, in clear text.
    public struct Chat: Sendable, Hashable {
        public var host: String
        public var port: Int
        public var passwordFile: String

        public init(host: String, port: Int, passwordFile: String) {
            self.host = host
            self.port = port
            self.passwordFile = passwordFile
        }
    }

    public var notification: Notification
    /// Bottles that hold less are asked about; nil for none.
    public var lowStock: Volume?
    /// Paths of pictures, by what a question is about.
    public var pictures: [String: String]
    /// What only engineers answer questions about.
    public var engineers: Set<String>
    /// Nil where it is not served.
    public var chat: Chat?

    public init(
        notification: Notification = Notification(), lowStock: Volume? = nil, pictures: [String: String] = [:],
        engineers: Set<String> = [], chat: Chat? = nil
    ) {
        self.notification = notification
        self.lowStock = lowStock
        self.pictures = pictures
        self.engineers = engineers
        self.chat = chat
    }
}
