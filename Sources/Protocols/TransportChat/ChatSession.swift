/// One client of the chat, from its password to its leaving. Pure: it says what is to be done.
public struct ChatSession: Sendable {
    /// Longest name, in characters.
    public static let longestName = 60

    public enum Act: Sendable, Hashable {
        /// Goes to this client alone, in a write of its own.
        case send(String)
        case join(String)
        /// Goes to everybody.
        case say(String)
        case complete(ChatCompletion)
        /// What was meant as a completion is none; to be told to this client.
        case explain(String)
        case leave
    }

    private enum State: Sendable, Hashable {
        case password, refused, name
        case member(String)
    }

    private var state = State.password

    public init() {}

    /// The name under which it has joined; nil before.
    public var name: String? { if case .member(let name) = self.state { name } else { nil } }

    /// Whether what it says next is a password.
    public var awaitsPassword: Bool { self.state == .password }

    /// What a client reads first.
    public var greeting: String { ChatText.askPassword }

    /// - Parameters:
    ///   - isPassword: whether a text is the chat's password.
    ///   - isFree: whether nobody has a name yet.
    ///   - time: now, as the chat writes it.
    public mutating func hear(
        _ message: String, at time: String, isPassword: (String) -> Bool, isFree: (String) -> Bool
    ) -> [Act] {
        switch self.state {
        case .refused: return []
        case .password:
            guard isPassword(message) else {
                self.state = .refused
                return [.send(ChatText.refused(at: time))]
            }
            self.state = .name
            return [.send(ChatText.askName)]
        case .name:
            let name = String(message.drop { $0.isWhitespace }.prefix(Self.longestName))
            guard !name.isEmpty, isFree(name) else { return [.send(ChatText.nameTaken(at: time))] }
            self.state = .member(name)
            return [
                .send(ChatText.welcome(name, at: time)), .send(ChatText.syntax(at: time)), .join(name),
            ]
        case .member(let name):
            let said = Act.say(ChatText.said(name, message))
            if message.contains("#exit") { return [said, .leave] }
            do throws(ChatCompletion.Fault) {
                return [said] + (try ChatCompletion(parsing: message).map { [.complete($0)] } ?? [])
            } catch {
                return [said, .explain("\(error); nothing was posted.")]
            }
        }
    }
}
