import Protocols

/// The drive's side of a V1 dialogue: who has to say which byte next.
struct EposV1Server: Sendable {
    enum Act: Sendable, Hashable {
        case say([UInt8])
        /// What was asked for.
        case sayAnswer([UInt8])
        /// A message came whole.
        case message(EposV1Message)
    }

    private enum State: Sendable, Hashable {
        case idle
        case receiving(code: UInt8, rest: [UInt8])
        /// The answer's code was said; the host is to take it.
        case announced(EposV1Message)
        /// The answer was said; the host says whether it took it.
        case answered
    }

    private var state = State.idle

    mutating func take(_ byte: UInt8) -> Act? {
        switch self.state {
        case .idle:
            self.state = .receiving(code: byte, rest: [])
            return .say([EposV1Message.okay])
        case .receiving(let code, var rest):
            rest.append(byte)
            guard rest.count == EposV1Message.length(first: rest[0]) else {
                self.state = .receiving(code: code, rest: rest)
                return nil
            }
            self.state = .idle
            guard let message = EposV1Message(code: code, rest: rest) else { return .say([EposV1Message.failed]) }
            return .message(message)
        case .announced(let message):
            guard byte == EposV1Message.okay else {
                self.state = .idle
                return nil
            }
            self.state = .answered
            return .sayAnswer(message.rest)
        case .answered:
            self.state = .idle
            return nil
        }
    }

    /// Begins an answer; returns what is said first.
    mutating func begin(_ response: EposResponse) -> [UInt8] {
        self.state = .announced(EposV1Message(code: EposResponse.code, payload: response.payload))
        return [EposResponse.code]
    }
}
