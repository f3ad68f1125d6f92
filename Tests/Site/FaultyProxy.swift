import NIOCore
import NIOPosix
import Synchronization

/// Stands between client and broker, forwards one request per connection to the broker, and misbehaves as told.
///
/// It takes `Idempotency-Key` off every request, so that the broker behaves as one that never heard of it.
package final class FaultyProxy: Sendable {
    package enum Fault: Sendable, CustomStringConvertible {
        case none
        /// The broker never sees the request.
        case dropBefore
        /// The broker has answered; the client never learns what.
        case dropAfter
        /// The broker has answered; the client waits for ever.
        case hang
        /// The broker never sees the request; these bytes come back.
        case answer(String)
        /// The broker has answered; these bytes come back instead.
        case answerAfter(String)
        /// The broker never sees the request; an answer of so many bytes comes back.
        case flood(Int)
        /// One byte at a time, with a pause between.
        case drip(Duration)

        package var description: String {
            switch self {
            case .none: "none"
            case .dropBefore: "drop before"
            case .dropAfter: "drop after"
            case .hang: "hang"
            case .answer(let text): "answer \(Self.short(text))"
            case .answerAfter(let text): "answer after \(Self.short(text))"
            case .flood(let size): "flood of \(size) bytes"
            case .drip(let pause): "drip every \(pause)"
            }
        }

        private static func short(_ text: String) -> String { String(text.filter { !$0.isNewline }.prefix(60)) }
    }

    /// The first line of a request and its body.
    package struct Seen: Sendable {
        package let line: String
        package let headers: String
        package let body: String
    }

    private struct State {
        var target = 0
        var isUp = true
        var keepsKey = false
        var seen: [Seen] = []
        var underWay = 0
        var posts = 0
        var mostPosts = 0
    }

    package let port: Int
    private let state = Mutex(State())
    private let listener: any Channel
    private let visitors: Visitors
    private let fault: @Sendable (Seen) -> Fault

    /// - Parameters:
    ///   - host: the address it listens at.
    ///   - port: 0 for any that is free.
    ///   - fault: asked once per request.
    package init(
        host: String = "127.0.0.1", port: Int = 0, fault: @escaping @Sendable (Seen) -> Fault = { _ in .none }
    ) async throws {
        let visitors = Visitors()
        self.fault = fault
        self.visitors = visitors
        self.listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    visitors.admit(try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel))
                }
            }
            .bind(host: host, port: port).get()
        self.port = self.listener.localAddress?.port ?? 0
    }

    package var url: String { "http://127.0.0.1:\(self.port)" }
    package var seen: [Seen] { self.state.withLock(\.seen) }
    /// Requests that the broker may still be working on.
    package var underWay: Int { self.state.withLock(\.underWay) }
    /// The most posts of results that were at the broker at the same time.
    package var mostPosts: Int { self.state.withLock(\.mostPosts) }

    package func aim(at port: Int) { self.state.withLock { $0.target = port } }
    /// A proxy that is down closes every connection at once.
    package func setUp(_ isUp: Bool) { self.state.withLock { $0.isUp = isUp } }
    package func keepKeys() { self.state.withLock { $0.keepsKey = true } }

    /// Serves until the task is cancelled.
    package func run() async throws {
        self.visitors.open { inbound, outbound in try await self.serve(inbound, outbound) }
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        try await self.listener.close().get()
        await self.visitors.close()
    }

    private func serve(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        var iterator = inbound.makeAsyncIterator()
        while self.state.withLock(\.isUp) {
            guard let request = try await Message.read({ try await iterator.next() }), self.state.withLock(\.isUp)
            else {
                return
            }
            let seen = Seen(
                line: String(request.head.prefix { $0 != "\r" }), headers: request.head, body: request.body)
            self.state.withLock { $0.seen.append(seen) }
            switch self.fault(seen) {
            case .dropBefore: return
            case .answer(let text):
                try await outbound.write(ByteBuffer(string: text))
                return
            case .none: try await outbound.write(ByteBuffer(string: self.forward(request)))
            case .dropAfter:
                _ = try await self.forward(request)
                return
            case .hang:
                _ = try await self.forward(request)
                try await Task.sleep(for: .seconds(3600))
            case .answerAfter(let text):
                _ = try await self.forward(request)
                try await outbound.write(ByteBuffer(string: text))
                return
            case .flood(let size):
                try await outbound.write(ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(size)\r\n\r\n["))
                for _ in 0..<(size >> 16) { try await outbound.write(ByteBuffer(repeating: 0x20, count: 1 << 16)) }
                return
            case .drip(let pause):
                for byte in try await self.forward(request).utf8 {
                    try await outbound.write(ByteBuffer(bytes: [byte]))
                    try await Task.sleep(for: pause)
                }
            }
        }
    }

    /// Not ended by the client's going away: neither is a real broker's handler.
    private func forward(_ request: Message) async throws -> String {
        let isPost = request.head.hasPrefix("POST /results/")
        let (target, keepsKey) = self.state.withLock { state in
            state.underWay += 1
            state.posts += isPost ? 1 : 0
            state.mostPosts = max(state.mostPosts, state.posts)
            return (state.target, state.keepsKey)
        }
        defer {
            self.state.withLock { state in
                state.underWay -= 1
                state.posts -= isPost ? 1 : 0
            }
        }
        return try await Task {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: target) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                    }
                }
            return try await channel.executeThenClose { inbound, outbound in
                var iterator = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: request.text(keepingKey: keepsKey)))
                guard let answer = try await Message.read({ try await iterator.next() }) else {
                    throw ChannelError.eof
                }
                return answer.head + answer.body
            }
        }.value
    }
}

/// The connections of a server. Each is ended properly, also one that comes while the server closes.
private final class Visitors: Sendable {
    typealias Serve =
        @Sendable (
            NIOAsyncChannelInboundStream<ByteBuffer>, NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) async throws -> Void

    private struct State {
        var serve: Serve?
        var waiting: [NIOAsyncChannel<ByteBuffer, ByteBuffer>] = []
        var isClosed = false
        var tasks: [Task<Void, Never>] = []
    }

    private let state = Mutex(State())

    func admit(_ visitor: NIOAsyncChannel<ByteBuffer, ByteBuffer>) {
        self.state.withLock { state in
            if state.serve == nil, !state.isClosed {
                state.waiting.append(visitor)
            } else {
                state.tasks.append(Self.task(visitor, state.isClosed ? nil : state.serve))
            }
        }
    }

    func open(_ serve: @escaping Serve) {
        self.state.withLock { state in
            state.serve = serve
            for visitor in state.waiting { state.tasks.append(Self.task(visitor, serve)) }
            state.waiting = []
        }
    }

    func close() async {
        let tasks = self.state.withLock { state in
            state.isClosed = true
            return state.tasks
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    private static func task(
        _ visitor: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ serve: Serve?
    ) -> Task<Void, Never> {
        Task {
            do {
                try await visitor.executeThenClose { inbound, outbound in try await serve?(inbound, outbound) }
            } catch {}  // The other side has gone: what this proxy is for.
        }
    }
}

/// An HTTP message with a `content-length`, or without a body.
private struct Message {
    /// With the empty line.
    let head: String
    let body: String

    static func read(_ next: () async throws -> ByteBuffer?) async throws -> Message? {
        var buffer = ByteBuffer()
        while true {
            let text = String(decoding: buffer.readableBytesView, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = String(text[..<end.upperBound])
                let length =
                    head.lowercased().split(separator: "\r\n").compactMap { line in
                        line.hasPrefix("content-length:") ? Int(line.dropFirst(15).filter { $0 != " " }) : nil
                    }.first ?? 0
                if buffer.readableBytes >= head.utf8.count + length {
                    let body = buffer.readableBytesView.dropFirst(head.utf8.count).prefix(length)
                    return Message(head: head, body: String(decoding: body, as: UTF8.self))
                }
            }
            guard var chunk = try await next() else { return nil }
            buffer.writeBuffer(&chunk)
        }
    }

    func text(keepingKey: Bool) -> String {
        let lines = self.head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let kept = lines.filter { keepingKey || !$0.lowercased().hasPrefix("idempotency-key:") }
        return kept.joined(separator: "\r\n") + self.body
    }
}

extension String {
    /// An HTTP answer with this body.
    package static func http(_ status: String, type: String = "application/json", header: String = "", body: String)
        -> String
    {
        "HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\nconnection: close\r\n\(header)\r\n\(body)"
    }
}
