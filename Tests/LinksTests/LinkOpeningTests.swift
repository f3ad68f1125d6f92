import DeviceKit
import Glibc
import Links
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct LinkOpeningTests {
    @Test func `a tty belongs to one link at a time, and the holder is named`() async throws {
        let terminal = try PseudoTerminal()
        let first = try await SerialLink(path: terminal.path, settings: SerialSettings(baud: 9600)).open(
            within: .seconds(1)
        )
        let error = await #expect(throws: LinkOpeningError.self) {
            try await SerialLink(path: terminal.path, settings: SerialSettings(baud: 9600)).open(within: .seconds(1))
        }
        #expect(error?.reason == .busy)
        #expect(error?.description.contains("\(getpid())") == true, "\(error?.description ?? "")")
        first.close()
        let second = try await SerialLink(path: terminal.path, settings: SerialSettings(baud: 9600)).open(
            within: .seconds(1)
        )
        second.close()
    }

    @Test func `a pseudo-terminal takes every rate and knows no parity`() async throws {
        let terminal = try PseudoTerminal()
        for baud in [9600, 230_400, 921_600] {
            let settings = SerialSettings(baud: baud, dataBits: 7, parity: .even, stopBits: 2, flowControl: .rtsCts)
            let channel = try await SerialLink(path: terminal.path, settings: settings).open(within: .seconds(1))
            try await channel.write([0xFF, 0x00, 0x0D, 0x0A, 0x11])
            #expect(try await terminal.channel.read(until: .now + .seconds(1)) == [0xFF, 0x00, 0x0D, 0x0A, 0x11])
            channel.close()
        }
    }

    @Test func `a rate that does not exist is a mistake of the configuration`() async throws {
        let terminal = try PseudoTerminal()
        let error = await #expect(throws: LinkOpeningError.self) {
            try await SerialLink(path: terminal.path, settings: SerialSettings(baud: 9601)).open(within: .seconds(1))
        }
        #expect(error?.reason == .misconfigured)
    }

    @Test func `what is no serial line is refused`() async throws {
        let error = await #expect(throws: LinkOpeningError.self) {
            try await SerialLink(path: "/dev/null", settings: SerialSettings(baud: 9600)).open(within: .seconds(1))
        }
        #expect(error?.reason == .misconfigured)
        let missing = await #expect(throws: LinkOpeningError.self) {
            try await SerialLink(path: "/dev/none", settings: SerialSettings(baud: 9600)).open(within: .seconds(1))
        }
        #expect(missing?.reason == .absent)
    }

    @Test func `bytes said before the host was there are not heard`() async throws {
        let terminal = try PseudoTerminal()
        try await terminal.channel.write(Array("boot noise\n".utf8))
        let link = ByteLink(device: "gauge", over: terminal.endpoint.transport(), timeouts: Counterpart.quick)
        async let answer = link.exchange("id?") { exchange throws(DeviceError) in
            try await exchange.write([0x3F])
            return try await exchange.readLine()
        }
        _ = try await terminal.channel.read(until: .now + .seconds(1))
        try await terminal.channel.write(Array("7\n".utf8))
        #expect(try await answer == Array("7".utf8))
    }

    @Test func `a CAN interface that is not there, or a kernel without CAN, is told`() async throws {
        let link = SocketCANLink(interface: "can17")
        #expect(link.isUp == nil && SocketCANLink(interface: "lo").isUp == true)
        let error = await #expect(throws: LinkOpeningError.self) { try await link.open(within: .seconds(1)) }
        #expect(error?.reason == .absent || error?.description.contains("offers no CAN") == true)
    }

    @Test func `nobody listens on a port: the device is absent`() async throws {
        let server = try LineServer()
        let port = server.port
        server.close()
        let link = ByteLink(device: "gauge", over: TCPLink(host: "127.0.0.1", port: port), timeouts: Counterpart.quick)
        let error = await Counterpart.error { try await link.exchange("x") { _ throws(DeviceError) in } }
        #expect(error?.code == .absent && error?.detail.contains("tcp://127.0.0.1:\(port)") == true)
    }

    @Test func `a host is found by its name`() async throws {
        let server = try LineServer()
        let channel = try await TCPLink(host: "localhost", port: server.port).open(within: .seconds(5))
        let accepted = try #require(await server.accept())
        try await channel.write([1, 2, 3])
        #expect(try await accepted.read(until: .now + .seconds(1)) == [1, 2, 3])
        server.close()
    }

    @Test func `a name that nobody has is absent`() async throws {
        let error = await #expect(throws: LinkOpeningError.self) {
            try await TCPLink(host: "no-such-instrument.invalid", port: 1).open(within: .seconds(2))
        }
        #expect(error?.reason == .absent)
    }

    @Test func `a lost connection is opened again by the next exchange`() async throws {
        let server = try LineServer()
        let link = ByteLink(device: "gauge", over: server.endpoint.transport(), timeouts: Counterpart.quick)
        try await link.exchange("open") { _ throws(DeviceError) in }
        let first = try #require(await server.accept())
        first.close()
        while link.isOpen { try await Task.sleep(for: .milliseconds(1)) }
        try await link.exchange("again") { _ throws(DeviceError) in }
        #expect(link.openings == 2)
        server.close()
    }

    @Test func `a plug pulled while an answer is awaited is told at once`() async throws {
        let bench = try Counterpart(timeouts: LinkTimeouts(firstByte: .seconds(10), total: .seconds(10)))
        async let error = Counterpart.error { try await bench.ask("id?") }
        _ = try await bench.received()
        let start = ContinuousClock.now
        bench.terminal.close()
        #expect(try #require(await error).detail.contains(bench.terminal.path))
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test(arguments: [
        ("tcp://10.0.0.7:49152", LinkEndpoint.tcp(host: "10.0.0.7", port: 49152)),
        ("tcp://[::1]:80", .tcp(host: "::1", port: 80)), ("tcp://nexus.lab:1", .tcp(host: "nexus.lab", port: 1)),
        ("tty:///dev/pts/4", .tty(path: "/dev/pts/4")), ("can://can0", .can(interface: "can0")),
        ("folder:///mnt/dma", .folder(path: "/mnt/dma")),
    ])
    func `an endpoint is read and written`(_ text: String, _ endpoint: LinkEndpoint) throws {
        #expect(try LinkEndpoint(parsing: text) == endpoint)
        #expect(endpoint.description == text)
    }

    @Test(arguments: [
        "", "tcp://", "tcp://host", "tcp://host:", "tcp://host:0", "tcp://host:65536", "tcp://:80", "tcp://a b:80",
        "tty://", "tty://dev/ttyS0", "tty:///", "/dev/ttyS0", "udp://host:1", "tcp://host:80/x",
        "can://", "can://a/b", "can://a b", "can://an-interface-name",
    ])
    func `a wrong endpoint is refused with the reason`(_ text: String) {
        let error = #expect(throws: LinkEndpoint.Invalid.self) { try LinkEndpoint(parsing: text) }
        #expect(error?.description.hasPrefix(text) == true)
    }
}
