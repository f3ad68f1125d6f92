import DeviceKit
import Foundation
import Links
import Synchronization
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct FaultProxyTests {
    /// How the agent's side and the device's side are connected.
    enum Route: CaseIterable { case tcpToTCP, tcpToTerminal, terminalToTCP, terminalToTerminal }

    @Test(arguments: Route.allCases)
    func `bytes pass unchanged in both directions`(_ route: Route) async throws {
        let bench = try await Bench(route)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 131) }
        let channel = try await bench.endpoint.transport().open(within: .seconds(2))
        let writing = Task { try await channel.write(bytes, until: .now + .seconds(20)) }
        var echo: [UInt8] = []
        while echo.count < bytes.count { echo += try await channel.read(until: .now + .seconds(5)) }
        try await writing.value
        #expect(echo == bytes)
        channel.close()
        await bench.close()
    }

    @Test(arguments: Route.allCases)
    func `a line that is down is absent, and comes back`(_ route: Route) async throws {
        let bench = try await Bench(route)
        let link = ByteLink(device: "gauge", over: bench.endpoint.transport())
        #expect(try await bench.ask("1", link) == "1")
        try await bench.proxy.set([LinkFault(.down)])
        while link.isOpen { try await Task.sleep(for: .milliseconds(1)) }
        #expect(await Counterpart.error { try await bench.ask("2", link) }?.code == .absent)
        try await bench.proxy.set([])
        let limit = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < limit {
            if (try? await bench.ask("3", link)) == "3" { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try await bench.ask("4", link) == "4")
        await bench.close()
    }

    @Test func `an answer that comes too late is not the next one`() async throws {
        let delivered = Mutex<[UInt8]>([])
        let bench = try await Bench(.terminalToTerminal) { traffic in
            if traffic.place == .toAgent { delivered.withLock { $0 += traffic.bytes } }
        }
        let link = ByteLink(device: "gauge", over: bench.endpoint.transport())
        try await bench.proxy.set([LinkFault(.latency(.milliseconds(130)))])
        let old = await Counterpart.error { try await bench.ask("old", link, within: .milliseconds(20)) }
        #expect(old?.code == .timedOut)
        try await bench.proxy.set([])
        while delivered.withLock({ $0.count }) < 4 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await bench.ask("new", link) == "new")
        #expect(link.droppedBytes == 4)
        await bench.close()
    }

    @Test func `what was swallowed is lost, and the fault can be taken away`() async throws {
        let bench = try await Bench(.tcpToTCP)
        let link = ByteLink(device: "gauge", over: bench.endpoint.transport())
        try await bench.proxy.set([LinkFault(.timeout(.zero), .upstream)])
        let error = await Counterpart.error { try await bench.ask("a", link, within: .milliseconds(50)) }
        #expect(error?.code == .timedOut)
        try await bench.proxy.set([])
        #expect(try await bench.ask("b", link) == "b")
        await bench.close()
    }

    @Test func `a time-out closes the line although nothing is said`() async throws {
        let bench = try await Bench(.tcpToTCP)
        let channel = try await bench.endpoint.transport().open(within: .seconds(2))
        try await bench.echo("a", channel)
        try await bench.proxy.set([LinkFault(.timeout(.milliseconds(50)))])
        await #expect(throws: ChannelError.ended("the other side closed the line")) {
            try await channel.read(until: .now + .seconds(5))
        }
        await bench.close()
    }

    @Test func `a reset is an error and no end`() async throws {
        let bench = try await Bench(.tcpToTCP)
        let channel = try await bench.endpoint.transport().open(within: .seconds(2))
        try await bench.proxy.set([LinkFault(.resetPeer(), .upstream)])
        try await channel.write(Array("a\n".utf8))
        let error = await #expect(throws: ChannelError.self) { try await channel.read(until: .now + .seconds(5)) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("reset"))
        await bench.close()
    }

    @Test(arguments: [LinkFault.Stream.upstream, .downstream])
    func `the line is closed after so many bytes`(_ stream: LinkFault.Stream) async throws {
        let bench = try await Bench(.tcpToTCP)
        try await bench.proxy.set([LinkFault(.limitData(bytes: 10), stream)])
        let channel = try await bench.endpoint.transport().open(within: .seconds(2))
        try await channel.write(Array("0123456789abcdef".utf8))
        var bytes: [UInt8] = []
        while let more = try? await channel.read(until: .now + .seconds(5)) { bytes += more }
        #expect(channel.end == .ended("the other side closed the line"))
        if stream == .downstream { #expect(bytes == Array("0123456789".utf8)) }
        await bench.close()
    }

    @Test func `an end is told late`() async throws {
        let bench = try await Bench(.tcpToTCP)
        try await bench.proxy.set([LinkFault(.slowClose(delay: .milliseconds(150)))])
        let channel = try await bench.endpoint.transport().open(within: .seconds(2))
        try await bench.echo("a", channel)
        let start = ContinuousClock.now
        bench.device.hangUp()
        await #expect(throws: ChannelError.self) { try await channel.read(until: .now + .seconds(5)) }
        #expect(ContinuousClock.now - start >= .milliseconds(150))
        await bench.close()
    }

    @Test func `a connection has a fault with its toxicity`() async throws {
        let bench = try await Bench(.tcpToTCP, seed: 4)
        try await bench.proxy.set([LinkFault(.drop(rate: 1), toxicity: 0.5)])
        var healthy = 0
        for _ in 0..<40 {
            let channel = try await bench.endpoint.transport().open(within: .seconds(2))
            try await channel.write([0x41])
            if (try? await channel.read(until: .now + .milliseconds(60))) != nil { healthy += 1 }
            channel.close()
        }
        #expect((5...35).contains(healthy), "seed 4: \(healthy)")
        await bench.close()
    }

    @Test func `nobody behind the proxy: the connection is closed`() async throws {
        let server = try LineServer()
        let nobody = server.endpoint
        server.close()
        let proxy = FaultProxy(to: nobody.transport())
        let link = ByteLink(device: "gauge", over: try await proxy.listen().transport(), timeouts: Counterpart.quick)
        let error = await Counterpart.error {
            try await link.exchange("x") { exchange throws(DeviceError) in
                try await exchange.readLine()
            }
        }
        #expect(error?.code == .absent)
        await proxy.shutDown()
    }

    /// A device that says what it hears, and a proxy before it.
    private struct Bench {
        let proxy: FaultProxy
        let endpoint: LinkEndpoint
        let device: Echo

        init(_ route: Route, seed: UInt64 = 1, tap: ProxyTap? = nil) async throws {
            self.device = try Echo(onTerminal: route == .tcpToTerminal || route == .terminalToTerminal)
            self.proxy = FaultProxy(to: self.device.endpoint.transport(), seed: seed, tap: tap)
            let name = "proxied-\(UInt32.random(in: 0 ... .max))"
            let path = FileManager.default.temporaryDirectory.appending(path: name).path
            switch route {
            case .tcpToTCP, .tcpToTerminal: self.endpoint = try await self.proxy.listen()
            case .terminalToTCP, .terminalToTerminal:
                self.endpoint = try await self.proxy.openPseudoTerminal(at: path)
            }
        }

        func ask(_ question: String, _ link: ByteLink, within limit: Duration? = nil) async throws -> String {
            let line = try await link.exchange(question) { exchange throws(DeviceError) in
                try await exchange.write(Array((question + "\n").utf8))
                return try await exchange.readLine(within: limit)
            }
            return String(decoding: line, as: UTF8.self)
        }

        func echo(_ text: String, _ channel: ByteChannel) async throws {
            try await channel.write(Array(text.utf8))
            #expect(try await channel.read(until: .now + .seconds(5)) == Array(text.utf8))
        }

        func close() async {
            await self.proxy.shutDown()
            self.device.shutDown()
        }
    }
}
