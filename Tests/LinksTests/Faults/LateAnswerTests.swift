import DeviceKit
import Links
import Testing
import Trials

/// R20: devices that answer after they were given up.
@Suite(.serialized, .timeLimit(.minutes(60))) struct LateAnswerTests {
    enum Line: CaseIterable { case serial, tcp }

    @Test(arguments: Line.allCases)
    func `a late answer is never given to the next request`(over line: Line) async throws {
        let rounds = Trials.rounds("R20 \(line)", 300, soak: 100_000)
        var random = rounds.random
        let device = try SlowDevice(over: line)
        let link = ByteLink(
            device: "gauge", over: device.endpoint.transport(),
            timeouts: LinkTimeouts(firstByte: .seconds(10), betweenBytes: .milliseconds(2), total: .seconds(30)),
            recovery: line == .serial ? .drain(quiet: .milliseconds(2)) : nil)
        var late = 0
        while late < rounds.count {
            // A few questions in a row are given up; of an answer a part may have come in time.
            var owed: [UInt8] = []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                late += 1
                let question = "q\(late)"
                async let error = Counterpart.error { try await Self.ask(question, link, within: .milliseconds(2)) }
                #expect(try await device.hear() == question, "\(rounds)")
                let answer = Array("re \(question)\n".utf8)
                let early = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : 0
                await device.say(Array(answer.prefix(early)))
                #expect(await error?.code == .timedOut, "\(rounds)")
                owed += answer.dropFirst(early)
            }
            await device.say(owed)
            let next = "n\(late)"
            async let answer = Self.ask(next, link)
            #expect(try await device.hear() == next, "\(rounds)")
            await device.say(Array("re \(next)\n".utf8))
            #expect(try await answer == "re \(next)", "\(rounds)")
        }
        device.close()
    }

    private static func ask(
        _ question: String, _ link: ByteLink, within limit: Duration? = nil
    ) async throws(DeviceError) -> String {
        let line = try await link.exchange(question) { exchange throws(DeviceError) in
            try await exchange.write(Array((question + "\n").utf8))
            return try await exchange.readLine(within: limit)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Hears one line after the other, whichever connection it comes over, and answers on that connection.
    private final class SlowDevice {
        let endpoint: LinkEndpoint
        private let terminal: PseudoTerminal?
        private let server: LineServer?
        private var channel: ByteChannel?
        private var heard: [UInt8] = []

        init(over line: Line) throws {
            let terminal = line == .serial ? try PseudoTerminal() : nil
            let server = line == .tcp ? try LineServer() : nil
            self.endpoint = try #require(terminal?.endpoint ?? server?.endpoint)
            self.terminal = terminal
            self.server = server
            self.channel = terminal?.channel
        }

        func hear() async throws -> String {
            while true {
                if let end = self.heard.firstIndex(of: 0x0A) {
                    defer { self.heard.removeFirst(end + 1) }
                    return String(decoding: self.heard[..<end], as: UTF8.self)
                }
                if self.channel == nil { self.channel = await self.server?.accept() }
                do {
                    self.heard += try await #require(self.channel).read(until: .now + .seconds(20))
                } catch ChannelError.ended where self.server != nil {
                    self.channel = nil
                }
            }
        }

        /// What a closed connection does not take any more is lost, as it should be.
        func say(_ bytes: [UInt8]) async {
            if !bytes.isEmpty { try? await self.channel?.write(bytes) }
        }

        func close() {
            self.terminal?.close()
            self.server?.close()
        }
    }
}
