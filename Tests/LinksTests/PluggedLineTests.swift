import DeviceKit
import Glibc
import Links
import Testing

@Suite(.timeLimit(.minutes(1))) struct PluggedLineTests {
    private let line = PluggedLine("USB serial A10K", settings: SerialSettings(baud: 9600))
    private let terminal: PseudoTerminal
    private let link: ByteLink

    init() throws {
        self.terminal = try PseudoTerminal()
        self.link = ByteLink(device: "gauge", over: self.line, timeouts: Counterpart.quick)
    }

    private func say(_ text: String) async throws(DeviceError) {
        try await self.link.exchange(text) { exchange throws(DeviceError) in
            try await exchange.write(Array(text.utf8))
        }
    }

    /// What arrived at the far end. The kernel hands it over a little later than it was written.
    private func received(_ count: Int) async throws -> String {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += try await self.terminal.channel.read(until: .now + .seconds(5)) }
        return String(decoding: bytes + self.terminal.channel.takeInbound(), as: UTF8.self)
    }

    @Test func `what is not plugged in is absent`() async {
        let error = await Counterpart.error { try await self.say("move") }
        #expect(error?.code == .absent)
        #expect(error?.detail == "USB serial A10K is not plugged in")
    }

    @Test func `nobody but who identifies may speak before the device is identified`() async throws {
        self.line.plug(at: self.terminal.path)
        let early = await Counterpart.error { try await self.say("move") }
        #expect(early?.code == .unsafe)
        try await self.line.identifying { try await self.say("id?") }
        let still = await Counterpart.error { try await self.say("move") }
        #expect(still?.code == .unsafe)
        #expect(throws: DeviceError.self) { try self.link.interrupt([0x5A], command: "stop") }
        #expect(self.line.admit(at: self.terminal.path))
        try await self.say("move")
        try self.link.interrupt([0x5A], command: "stop")
        #expect(try await self.received(8) == "id?moveZ")
    }

    @Test func `a line that is unplugged ends the exchange in flight and needs another identification`() async throws {
        self.line.plug(at: self.terminal.path)
        try await self.line.identifying { try await self.say("id?") }
        #expect(self.line.admit(at: self.terminal.path))
        #expect(try await self.received(3) == "id?")
        async let answer = Counterpart.error {
            try await self.link.exchange("read") { exchange throws(DeviceError) in
                try await exchange.write(Array("read".utf8))
                return try await exchange.readLine()
            }
        }
        #expect(try await self.received(4) == "read")
        self.line.unplug(because: "USB serial A10K was unplugged")
        #expect(await answer?.code == .timedOut)
        self.line.plug(at: self.terminal.path)
        #expect(!self.line.admit(at: self.terminal.path))
        let error = await Counterpart.error { try await self.say("move") }
        #expect(error?.code == .unsafe)
        #expect(self.terminal.channel.takeInbound().isEmpty)
    }

    @Test func `a line that hangs up is told, closed at once, and not opened again by commands`() async throws {
        self.line.plug(at: self.terminal.path)
        let (losses, continuation) = AsyncStream.makeStream(of: Void.self)
        self.line.whenLost { continuation.yield() }
        try await self.line.identifying { try await self.say("id?") }
        #expect(self.line.admit(at: self.terminal.path))
        self.terminal.close()
        for await _ in losses { break }
        #expect(!self.link.isOpen)
        let error = await Counterpart.error { try await self.say("move") }
        #expect(error?.code == .unsafe)
    }

    @Test func `a descriptor is waited for until it can be read, the deadline, or cancellation`() async throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let reader = ends[0]
        #expect(await !DescriptorReadiness.wait(for: reader, until: .now + .milliseconds(5)))
        let waiting = Task { await DescriptorReadiness.wait(for: reader, until: .now + .seconds(60)) }
        waiting.cancel()
        #expect(await !waiting.value)
        let listening = Task { await DescriptorReadiness.wait(for: reader, until: .now + .seconds(60)) }
        #expect(write(ends[1], "x", 1) == 1)
        #expect(await listening.value)
    }
}
