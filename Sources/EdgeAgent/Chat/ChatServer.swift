import Console
import DeviceKit
import NIOCore
import NIOPosix
import Protocols

/// Serves the chat of the transportation tenant's clients over TCP, in clear text. Each client is served by itself, so
/// that none keeps another waiting.
struct ChatServer: Sendable {
    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Until a client must have said password and name.
    private static let patience = TimeAmount.seconds(60)
    private static let mostConnections = 128

    /// Where it listens.
    let address: SocketAddress?
    private let room: ChatRoom
    private let password: [UInt8]
    private let tries = SignInLimit()
    private let server: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>

    /// - Throws: `.misconfigured` without a password, `.unavailable` if it cannot listen there.
    init(_ settings: OperatorSettings.Chat, room: ChatRoom) async throws(AgentError) {
        do throws(SourceDiagnostics) {
            let text = try TextFile.read(settings.passwordFile)
            self.password = Array((text.split(whereSeparator: \.isNewline).first ?? "").utf8)
        } catch {
            throw AgentError(.misconfigured, "chat.password-file: \(error)")
        }
        guard !self.password.isEmpty else {
            throw AgentError(.misconfigured, "chat.password-file: \(settings.passwordFile) is empty")
        }
        self.room = room
        do {
            self.server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .bind(host: settings.host, port: settings.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw AgentError(.unavailable, "chat.listen: cannot listen at \(settings.host):\(settings.port): \(error)")
        }
        self.address = self.server.channel.localAddress
    }

    /// Serves until the task is cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.room.run() }
            let connections = ConnectionCount(most: Self.mostConnections)
            try await self.server.executeThenClose { clients in
                for try await client in clients {
                    guard connections.begin() else {
                        try? await client.channel.close()
                        continue
                    }
                    group.addTask {
                        // A client that goes away, in whatever way, ends its own connection alone.
                        try? await self.serve(client)
                        connections.end()
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func serve(_ client: Client) async throws {
        let (texts, sender) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(ChatRoom.backlog))
        let letters = ChatRoom.Letters(sender: sender) { client.channel.close(promise: nil) }
        let impatience = client.channel.eventLoop.scheduleTask(in: Self.patience) { client.channel.close(promise: nil) }
        defer { impatience.cancel() }
        try await client.executeThenClose { arriving, leaving in
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        for await text in texts { try await leaving.write(ByteBuffer(string: text)) }
                    } catch {
                        // The connection is gone; its end is met where it is read.
                    }
                    client.channel.close(promise: nil)
                }
                await self.converse(
                    arriving, letters, from: client.channel.remoteAddress?.ipAddress ?? ""
                ) { impatience.cancel() }
                sender.finish()
                await group.waitForAll()
            }
        }
    }

    /// Hears a client until it leaves.
    private func converse(
        _ arriving: NIOAsyncChannelInboundStream<ByteBuffer>, _ letters: ChatRoom.Letters, from address: String,
        whenJoined: () -> Void
    ) async {
        var session = ChatSession()
        var reception = ChatReception()
        letters.send(session.greeting)
        do {
            reading: for try await buffer in arriving {
                for message in reception.take(buffer.readableBytesView) {
                    let isRight = session.awaitsPassword ? await self.admits(message, from: address) : false
                    let isFree = session.name == nil ? await self.room.isFree(message) : true
                    let acts = session.hear(
                        message, at: ChatTime.now(), isPassword: { _ in isRight }, isFree: { _ in isFree })
                    for act in acts {
                        guard await self.act(act, of: session.name ?? "", letters) else { break reading }
                        if case .join = act { whenJoined() }
                    }
                }
            }
        } catch {
            // A connection that breaks is one that ends.
        }
        if let name = session.name { await self.room.leave(name) }
    }

    /// - Returns: false for a client that leaves, or whose name was taken in this very moment.
    private func act(_ act: ChatSession.Act, of name: String, _ letters: ChatRoom.Letters) async -> Bool {
        switch act {
        case .send(let text): letters.send(text)
        case .join(let name): return await self.room.join(name, letters)
        case .say(let text): await self.room.tell(text)
        case .complete(let completion): await self.room.complete(completion, by: name)
        case .explain(let reason): await self.room.explain(reason, to: name)
        case .leave: return false
        }
        return true
    }

    /// Who was wrong too often is refused whatever it says, and is not told whether it was right.
    private func admits(_ password: String, from address: String) async -> Bool {
        guard await self.tries.begin([address]) else { return false }
        let isRight = self.isPassword(password)
        await self.tries.end([address], wasRight: isRight)
        return isRight
    }

    /// In a time that does not tell how much of it was right.
    private func isPassword(_ text: String) -> Bool {
        let given = Array(text.utf8)
        var difference = given.count ^ self.password.count
        for index in self.password.indices {
            difference |= Int(self.password[index] ^ (given.isEmpty ? 0 : given[index % given.count]))
        }
        return difference == 0
    }
}
