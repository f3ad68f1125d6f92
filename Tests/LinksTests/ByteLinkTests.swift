import DeviceKit
import Links
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ByteLinkTests {
    @Test func `a question gets its answer`() async throws {
        let bench = try Counterpart()
        async let answer = bench.ask("id?")
        #expect(try await bench.received() == "id?\n")
        try await bench.say("gauge 7\n")
        #expect(try await answer == "gauge 7")
    }

    @Test func `silence is reported with device, command and what to do`() async throws {
        let bench = try Counterpart()
        let error = try #require(await Counterpart.error { try await bench.ask("id?") })
        #expect(error.code == .timedOut && error.device == "gauge" && error.command == "id?")
        #expect(error.detail.contains("no answer within") && !error.advice.isEmpty)
    }

    @Test func `an answer that stops is told apart from silence`() async throws {
        let bench = try Counterpart()
        async let error = Counterpart.error { try await bench.ask("id?") }
        _ = try await bench.received()
        try await bench.say("gau")
        #expect(try #require(await error).detail.contains("“gau”"))
    }

    @Test func `bytes that nobody asked for are dropped and counted`() async throws {
        let bench = try Counterpart()
        async let first = bench.ask("a")
        _ = try await bench.received()
        try await bench.say("1\nnoise\n")
        #expect(try await first == "1")
        async let second = bench.ask("b")
        _ = try await bench.received()
        try await bench.say("2\n")
        #expect(try await second == "2")
        #expect(bench.link.droppedBytes == 6)
    }

    @Test func `a line arrives whole wherever it is cut`() async throws {
        let bench = try Counterpart()
        let text = "Pdc8030D40 ;cc804C4B4m,10,218"
        for cut in 1..<text.utf8.count {
            async let answer = bench.ask("p")
            _ = try await bench.received()
            try await bench.say(String(text.prefix(cut)))
            try await bench.say(String(text.dropFirst(cut)) + "\n")
            #expect(try await answer == text)
        }
        async let answer = bench.ask("p")
        _ = try await bench.received()
        for character in text { try await bench.say(String(character)) }
        try await bench.say("\n")
        #expect(try await answer == text)
    }

    @Test func `a line without end is garbage`() async throws {
        let bench = try Counterpart()
        async let error = Counterpart.error { try await bench.ask("p") }
        _ = try await bench.received()
        try await bench.say(String(repeating: "x", count: 3000))
        try await bench.say(String(repeating: "x", count: 3000))
        #expect(await error?.code == .garbled)
    }

    @Test func `a flood does not stop the next request`() async throws {
        let server = try LineServer()
        let link = ByteLink(device: "gauge", over: server.endpoint.transport(), timeouts: Counterpart.quick)
        let device = Task {
            while let channel = await server.accept() {
                Task {
                    while let bytes = try? await channel.read() {
                        let flood = bytes.first == UInt8(ascii: "f") ? 1_000_000 : 0
                        try? await channel.write(Array(repeating: 0x58, count: flood) + Array("ok\n".utf8))
                    }
                }
            }
        }
        let error = await Counterpart.error { try await Self.ask("f", link) }
        #expect(error?.code == .garbled)
        #expect(try await Self.ask("g", link) == "ok")
        device.cancel()
        server.close()
    }

    @Test func `stop goes first, then operator, run and poll`() async throws {
        let bench = try Counterpart()
        async let first = bench.ask("first")
        #expect(try await bench.received() == "first\n")
        let order: [LinkPriority] = [.poll, .run, .stop, .operator]
        let waiting = order.map { priority in Task { try await bench.ask("\(priority)", priority: priority) } }
        try await Task.sleep(for: .milliseconds(20))
        try await bench.say("1\n")
        _ = try await first
        for expected in ["stop", "operator", "run", "poll"] {
            #expect(try await bench.received() == expected + "\n")
            try await bench.say("ok\n")
        }
        for task in waiting { _ = try await task.value }
    }

    @Test func `an interruption reaches the wire while an answer is awaited`() async throws {
        let bench = try Counterpart(
            timeouts: LinkTimeouts(firstByte: .seconds(5), betweenBytes: .milliseconds(40), total: .seconds(10))
        )
        let exchange = Task {
            try await bench.link.exchange("run") { exchange throws(DeviceError) in
                try await exchange.write(Array("run\n".utf8))
                let line = try await exchange.readLine()
                return exchange.wasInterrupted ? String(decoding: line, as: UTF8.self) : "not interrupted"
            }
        }
        #expect(try await bench.received() == "run\n")
        try bench.link.interrupt(Array("Z\n".utf8), command: "Z")
        #expect(try await bench.received() == "Z\n")
        try await bench.say("stopped\n")
        #expect(try await exchange.value == "stopped")
    }

    @Test func `an interruption overtakes what cannot be written`() async throws {
        let bench = try Counterpart(timeouts: LinkTimeouts(write: .seconds(5)))
        let exchange = Task {
            await Counterpart.error {
                try await bench.link.exchange("flood") { exchange throws(DeviceError) in
                    try await exchange.write(Array(repeating: 0x58, count: 4_000_000))
                }
            }
        }
        while !bench.link.isOpen { try await Task.sleep(for: .milliseconds(1)) }
        try await Task.sleep(for: .milliseconds(50))
        try bench.link.interrupt(Array("Z\n".utf8), command: "Z")
        #expect(await exchange.value?.code == .cancelled)
        var seen: [UInt8] = []
        while seen.last != 0x0A { seen += try await bench.terminal.channel.read(until: .now + .seconds(5)) }
        #expect(seen.suffix(3) == Array("XZ\n".utf8) && seen.count < 4_000_000)
    }

    @Test func `a cancelled wait ends at once and leaves the link usable`() async throws {
        let bench = try Counterpart(timeouts: LinkTimeouts(firstByte: .milliseconds(200)))
        let task = Task { await Counterpart.error { try await bench.ask("slow") } }
        #expect(try await bench.received() == "slow\n")
        task.cancel()
        #expect(await task.value?.code == .cancelled)
        async let next = bench.ask("next")
        try await bench.say("late answer\n")
        #expect(try await bench.received() == "next\n")
        try await bench.say("right\n")
        #expect(try await next == "right")
    }

    @Test func `a shielded exchange goes on in a cancelled task`() async throws {
        let bench = try Counterpart()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await bench.link.exchange("off", priority: .stop, shielded: true) {
                exchange throws(DeviceError) in
                try await exchange.write(Array("off\n".utf8))
                return try await exchange.readLine()
            }
        }
        #expect(try await bench.received() == "off\n")
        try await bench.say("ok\n")
        #expect(try await task.value == Array("ok".utf8))
    }

    @Test func `who waits too long for the link is told that it is busy`() async throws {
        let bench = try Counterpart(
            timeouts: LinkTimeouts(firstByte: .seconds(1), total: .milliseconds(100))
        )
        async let first = Counterpart.error {
            try await bench.link.exchange("long") { exchange throws(DeviceError) in
                try await exchange.readLine(within: .milliseconds(400))
            }
        }
        while !bench.link.isOpen { try await Task.sleep(for: .milliseconds(1)) }
        #expect(await Counterpart.error { try await bench.ask("me too") }?.code == .busy)
        #expect(await first?.code == .timedOut)
    }

    @Test func `a pause lies between two exchanges`() async throws {
        let bench = try Counterpart(timeouts: LinkTimeouts(pause: .milliseconds(60)))
        async let first = bench.ask("a")
        _ = try await bench.received()
        try await bench.say("1\n")
        _ = try await first
        let start = ContinuousClock.now
        async let second = bench.ask("b")
        _ = try await bench.received()
        #expect(ContinuousClock.now - start >= .milliseconds(50))
        try await bench.say("2\n")
        _ = try await second
    }

    @Test func `what no answer means is the command's to say`() async throws {
        let bench = try Counterpart()
        let error = await Counterpart.error {
            try await bench.link.exchange("move", silence: .unknownOutcome) { exchange throws(DeviceError) in
                try await exchange.write([0x41])
                return try await exchange.read(count: 1)
            }
        }
        #expect(error?.code == .unknownOutcome)
    }

    @Test func `events are kept for a link that wants them`() async throws {
        let terminal = try PseudoTerminal()
        let link = ByteLink(
            device: "arm",
            over: terminal.endpoint.transport(),
            timeouts: Counterpart.quick,
            unsolicited: .keep
        )
        try await link.exchange("open") { _ throws(DeviceError) in }
        try await terminal.channel.write(Array("[3000]\n[3001]\n".utf8))
        while try await link.exchange("event", { exchange throws(DeviceError) in try await exchange.readLine() })
            != Array("[3001]".utf8)
        {}
        #expect(link.droppedBytes == 0)
    }

    @Test func `the tap sees both directions`() async throws {
        let seen = Mutex<[LinkTraffic]>([])
        let bench = try Counterpart { traffic in seen.withLock { $0.append(traffic) } }
        async let answer = bench.ask("id?")
        _ = try await bench.received()
        try await bench.say("7\n")
        _ = try await answer
        #expect(seen.withLock { $0.map(\.direction) } == [.sent, .received])
    }

    private static func ask(_ question: String, _ link: ByteLink) async throws -> String {
        let line = try await link.exchange(question) { exchange throws(DeviceError) in
            try await exchange.write(Array((question + "\n").utf8))
            return try await exchange.readLine()
        }
        return String(decoding: line, as: UTF8.self)
    }
}
