import Glibc
import NIOCore
import NIOPosix
import Protocols

/// The running agent's ear for operators, a Unix socket of mode 0600 in the state directory.
struct ControlSocket: Sendable {
    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let path: ControlSocketPath
    private let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    /// Listens. What an agent that crashed left there is removed: the caller holds the state directory's lock.
    init(stateDirectory: String) async throws(AgentError) {
        let path = ControlSocketPath(stateDirectory: stateDirectory)
        self.path = path
        do {
            self.server = try await path.withAddress { address in
                unlink(address)
                let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(unixDomainSocketPath: address) { channel in
                        channel.eventLoop.makeCompletedFuture { try channel.speakingControlLines() }
                    }
                chmod(address, 0o600)
                return server
            }
        } catch {
            throw AgentError(.storage, "cannot listen at \(path.path): \(error)")
        }
    }

    /// Answers until the task is cancelled. Each client is answered by itself, so that nothing keeps a halt waiting.
    func run(answer: @escaping @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue) async throws {
        defer { unlink(self.path.path) }
        try await withThrowingDiscardingTaskGroup { group in
            try await self.server.executeThenClose { clients in
                for try await client in clients {
                    group.addTask { await Self.serve(client, answer) }
                }
            }
            group.cancelAll()
        }
    }

    private static func serve(
        _ client: Client, _ answer: @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue
    ) async {
        // A client that goes away, or sends what is no line, ends only its own connection.
        try? await client.executeThenClose { lines, answers in
            for try await line in lines {
                try await answers.write(ByteBuffer(bytes: ControlLine.answering(await self.result(of: line, answer))))
            }
        }
    }

    private static func result(
        of line: ByteBuffer, _ answer: @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue
    ) async -> Result<JSONValue, OperatorError> {
        do throws(OperatorError) {
            return .success(try await answer(ControlLine.request(in: line.readableBytesView)))
        } catch {
            return .failure(error)
        }
    }
}
