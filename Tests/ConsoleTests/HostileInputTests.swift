import Foundation
import NIOCore
import NIOPosix
import Protocols
import Store
import Testing

/// R26: what is too large, too slow, or meant to be run by somebody else's browser.
@Suite(.timeLimit(.minutes(2))) struct HostileInputTests {
    @Test func `a script in a question, a sample's name or a reason is text`() async throws {
        try await ConsoleBench.run { bench in
            let attack = #"<script>alert(1)</script><img src=x onerror=alert(2)>" onload="x"#
            let prompt = try await bench.ask(attack)
            try await bench.journal.enqueue(
                NewResult(
                    id: bench.journal.ids.make(), requestID: attack, quantity: attack, method: "m",
                    payload: .string(attack), sha256: "0"))
            let browser = try await bench.browser(attack.prefix(50) + "")
            for path in ["/", "/results", "/prompts/\(prompt)"] {
                let page = try await browser.get(path).body
                #expect(page.contains("&lt;script&gt;alert(1)"), "\(path)")
                #expect(!page.contains("<script>alert") && !page.contains("<img"), "\(path)")
            }
        }
    }

    @Test func `a megabyte in a field is refused before it is read, and the console goes on`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let answer = try? await browser.send(
                "/liquids/Reservoir6/refill", ["volume": String(repeating: "9", count: 1 << 20)])
            #expect(answer == nil || answer?.status == 413)
            #expect(try await browser.get("/liquids").status == 200)
        }
    }

    @Test func `heads that are too large, and requests that are none, end their own connection`() async throws {
        try await ConsoleBench.run { bench in
            let huge = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: \(String(repeating: "a", count: 64 << 10))\r\n\r\n"
            for text in [huge, "\0\0\0\0\r\n\r\n", "GET /\r\n\r\n", "POST / HTTP/1.1\r\ncontent-length: -5\r\n\r\n"] {
                let connection = try await RawConnection(bench.url)
                let answer = try await connection.answer(to: text)
                #expect(!answer.hasPrefix("HTTP/1.1 2"), "\(answer.prefix(80))")
            }
            #expect(try await Browser(bench.url).get("/sign-in").status == 200)
        }
    }

    @Test func `garbage of all kinds is answered without a fault of our own`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            let key = try #require(try await browser.get("/").formKey)
            var random = SystemRandomNumberGenerator()
            for _ in 0..<150 {
                let bytes = (0..<Int.random(in: 1...80, using: &random)).map { _ in
                    "%" + String(UInt8.random(in: 16...255, using: &random), radix: 16)
                }.joined()
                let paths = [
                    "/\(bytes)", "/runs/\(bytes)", "/results/\(bytes)", "/sign-in?to=\(bytes)", "/?said=\(bytes)",
                ]
                let path = try #require(paths.randomElement(using: &random))
                let looked = try await browser.get(path)
                #expect(looked.status < 500, "\(path): \(looked.status)")
                let sent = try await browser.send("/liquids/\(bytes)/refill", ["volume": bytes], key: key)
                #expect(sent.status < 500, "\(bytes): \(sent.status)")
            }
        }
    }

    @Test func `two hundred connections that never finish their request keep nobody waiting`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            var slow: [RawConnection] = []
            for _ in 0..<200 {
                let connection = try await RawConnection(bench.url)
                try await connection.begin("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ")
                slow.append(connection)
            }
            for _ in 0..<50 { #expect(try await browser.get("/").status == 200) }
            for connection in slow { await connection.close() }
        }
    }
}

/// A connection on which anything can be sent.
private struct RawConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(_ url: String) async throws {
        let port = Int(url.split(separator: ":").last ?? "") ?? 0
        self.channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    func begin(_ text: String) async throws {
        try await self.channel.channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    func close() async { try? await self.channel.channel.close().get() }

    /// What comes back until the other side closes.
    func answer(to text: String) async throws -> String {
        try await self.channel.executeThenClose { inbound, outbound in
            var answer = ""
            do {
                try await outbound.write(ByteBuffer(string: text))
                outbound.finish()
                for try await piece in inbound { answer += String(buffer: piece) }
            } catch is IOError {}  // it was reset
            return answer
        }
    }
}
