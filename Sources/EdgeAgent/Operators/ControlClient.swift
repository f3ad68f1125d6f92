import NIOCore
import NIOPosix
import Protocols

/// Asks a running agent through its control socket, one connection for each question.
struct ControlClient: Sendable {
    private let path: ControlSocketPath

    init(stateDirectory: String) { self.path = ControlSocketPath(stateDirectory: stateDirectory) }

    /// Whether an agent listens there.
    func isAnswered(within limit: Duration) async -> Bool {
        (try? await self.ask(.ping, within: limit)) != nil
    }

    /// - Throws: what the agent answers, or `.unavailable` if there is none or it does not answer in time.
    func ask(_ request: OperatorRequest, within limit: Duration) async throws(OperatorError) -> JSONValue {
        try await OperatorError.wrap { () async throws in
            let channel = try await self.connect()
            return try await withThrowingTaskGroup(of: JSONValue.self) { group in
                group.addTask {
                    try await channel.executeThenClose { lines, questions in
                        try await questions.write(ByteBuffer(bytes: ControlLine.asking(request)))
                        for try await line in lines { return try ControlLine.answer(in: line.readableBytesView) }
                        throw OperatorError(.unavailable, "the agent ended before it had answered; try again")
                    }
                }
                group.addTask {
                    try await ContinuousClock().sleep(for: limit)
                    throw OperatorError(
                        .unavailable, "the agent has not answered within \(limit.components.seconds) s; see its log")
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw CancellationError() }
                return answer
            }
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        do {
            return try await self.path.withAddress { address in
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(unixDomainSocketPath: address) { channel in
                        channel.eventLoop.makeCompletedFuture { try channel.speakingControlLines() }
                    }
            }
        } catch let error as IOError where error.errnoCode == 13 {
            throw OperatorError(
                .inputOutput, "\(self.path.path) belongs to another user; use the agent's user, or root")
        } catch {
            throw OperatorError(.unavailable, "no agent listens at \(self.path.path)")
        }
    }
}
