import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

@Suite(.serialized, .timeLimit(.minutes(2))) struct ModbusLinkTests {
    @Test(arguments: ModbusBench.Wire.allCases)
    func `every function does what it says`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        let link = bench.link
        #expect(
            try await link.ask(.read(.coil, address: 0, count: 10), of: 1)
                == .contents(.bits((0..<10).map { $0 % 3 == 0 })))
        #expect(
            try await link.ask(.read(.discrete, address: 5, count: 1), of: 1) == .contents(.bits([true])))
        #expect(try await link.ask(.read(.input, address: 7, count: 1), of: 1) == .contents(.registers([263])))
        #expect(try await link.ask(.writeCoil(address: 1, true), of: 1) == .done)
        #expect(try await link.ask(.writeRegister(address: 1, 77), of: 1) == .done)
        #expect(try await link.ask(.writeCoils(address: 2, [true, false, true]), of: 1) == .done)
        #expect(try await link.ask(.writeRegisters(address: 2, [8, 9]), of: 1) == .done)
        #expect(try await link.ask(.maskRegister(address: 1, and: 0x00F0, or: 0x0505), of: 1) == .done)
        #expect(
            try await link.ask(.readWriteRegisters(read: 1, count: 3, write: 3, [10]), of: 1)
                == .contents(.registers([77 & 0x00F0 | 0x0505, 8, 10])))
        #expect(
            try await link.ask(.read(.coil, address: 1, count: 4), of: 1)
                == .contents(.bits([true, true, false, true])))
        #expect(link.openings == 1 && link.droppedBytes == 0)
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `the longest requests and answers pass`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        bench.site.change(1) { memory in
            memory.set(.holding, from: 1000, .registers((0..<125).map { $0 }))
            memory.set(.coil, from: 1000, .bits((0..<2000).map { $0 % 7 == 0 }))
        }
        #expect(
            try await bench.link.ask(.read(.holding, address: 1000, count: 125), of: 1)
                == .contents(.registers((0..<125).map { $0 })))
        #expect(
            try await bench.link.ask(.read(.coil, address: 1000, count: 2000), of: 1)
                == .contents(.bits((0..<2000).map { $0 % 7 == 0 })))
        #expect(try await bench.link.ask(.writeRegisters(address: 1000, (0..<123).map { 500 + $0 }), of: 1) == .done)
        #expect(bench.site[1]?.value(of: try ModbusPoint(.holding, address: 1122, .number(.u16))) == .number(622))
        let tooMany = await bench.error { try await bench.link.ask(.read(.holding, address: 0, count: 126), of: 1) }
        #expect(tooMany?.code == .misconfigured)
        await bench.shutDown()
    }

    @Test func `a serial line has 247 units, and nobody answers a question to all`() async throws {
        let bench = try await ModbusBench(.rtu)
        #expect(await bench.error { try await bench.read(0, of: 248) }?.code == .misconfigured)
        #expect(await bench.error { try await bench.read(0, of: 0) }?.code == .misconfigured)
        #expect(bench.site.callCount == 0)
        await bench.shutDown()
    }

    @Test func `what is told to all units is done by all, and nobody is waited for`() async throws {
        let bench = try await ModbusBench(.rtu, units: [1, 2, 3])
        #expect(try await bench.link.ask(.writeRegister(address: 4, 999), of: 0) == .done)
        let point = try ModbusPoint(.holding, address: 4, .number(.u16))
        #expect([1, 2, 3].allSatisfy { bench.site[$0]?.value(of: point) == .number(999) })
        await bench.shutDown()
    }

    @Test func `a stop over TCP does not wait for a silent unit`() async throws {
        let bench = try await ModbusBench(.tcp, units: [1, 2], timeouts: ModbusBench.patient)
        bench.site.misbehave(.silent, unit: 1)
        async let silent = bench.error { try await bench.link.ask(.read(.holding, address: 0, count: 1), of: 1) }
        try await Self.until { bench.site.callCount == 1 }
        let waiting = (0..<5).map { number in
            Task {
                try await bench.link.ask(.writeRegister(address: 50, UInt16(number)), of: 2, priority: .poll)
            }
        }
        #expect(try await bench.link.ask(.writeCoil(address: 0, false), of: 2, priority: .stop) == .done)
        let error = await silent
        #expect(error?.code == .cancelled)
        for task in waiting { _ = try await task.value }
        // Polls that were in the queue already come after it.
        #expect(bench.site.calls.dropFirst().first?.request == .writeCoil(address: 0, false))
        #expect(bench.link.openings == 1)
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `who waits goes by priority`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        bench.site.misbehave(.late(.milliseconds(300)), unit: 1)
        async let first = bench.link.ask(.writeRegister(address: 0, 0), of: 1)
        try await Self.until { bench.site.callCount == 1 }
        var tasks: [Task<ModbusResponse, any Error>] = []
        for (number, priority) in [LinkPriority.poll, .run, .operator, .stop].enumerated() {
            tasks.append(
                Task { try await bench.link.ask(.writeRegister(address: 1, UInt16(number)), of: 1, priority: priority) }
            )
            try await Task.sleep(for: .milliseconds(20))  // so that they come in this order
        }
        _ = try await first
        for task in tasks { _ = try await task.value }
        let order = bench.site.calls.dropFirst().map(\.request)
        #expect(order == [3, 2, 1, 0].map { .writeRegister(address: 1, $0) })
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `a cancelled read ends, and the next gets its own answer`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        for round in 0..<20 {
            bench.site.misbehave(.late(.milliseconds(20)), unit: 1)
            let count = bench.site.callCount
            let task = Task { await bench.error { try await bench.read(10) } }
            try await Self.until { bench.site.callCount > count }
            task.cancel()
            let error = await task.value
            // On a serial line the answer is awaited, so that it cannot meet the next request.
            #expect(wire == .tcp ? error?.code == .cancelled : error == nil)
            #expect(try await bench.read(UInt16(round)) == ModbusBench.expected(UInt16(round)))
        }
        #expect(bench.link.openings == 1)
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `whether a write happened is known although it was cancelled`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        bench.site.misbehave(.late(.milliseconds(50)), unit: 1)
        let task = Task { try await bench.link.ask(.writeRegister(address: 0, 5), of: 1) }
        try await Self.until { bench.site.callCount == 1 }
        task.cancel()
        #expect(try await task.value == .done)
        let late = Task {
            try? await Task.sleep(for: .seconds(60))
            return await bench.error { try await bench.link.ask(.writeRegister(address: 0, 6), of: 1) }
        }
        late.cancel()
        #expect(await late.value?.code == .cancelled)
        #expect(bench.site.callCount == 1)
        #expect(
            try await Task { try await bench.link.ask(.writeRegister(address: 0, 7), of: 1, shielded: true) }.value
                == .done)
        await bench.shutDown()
    }

    @Test func `a stop goes out in a cancelled task, over a line that is not open yet`() async throws {
        let bench = try await ModbusBench(.tcp, timeouts: ModbusBench.patient)
        let task = Task {
            try? await Task.sleep(for: .seconds(60))
            return try await bench.link.ask(.writeCoil(address: 0, false), of: 1, priority: .stop, shielded: true)
        }
        task.cancel()
        #expect(try await task.value == .done)
        await bench.shutDown()
    }

    @Test func `connections that the device has dropped are opened again unasked`() async throws {
        let bench = try await ModbusBench(.tcp, timeouts: ModbusBench.patient)
        for round in 1...10 {
            #expect(try await bench.read(3) == ModbusBench.expected(3))
            #expect(bench.link.openings == round)
            await bench.server.dropConnections()
            try await Task.sleep(for: .milliseconds(20))  // until the end of the connection has arrived here
        }
        await bench.shutDown()
    }

    @Test func `a serial line that was pulled out is opened again where it comes back`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "modbus-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let site = ModbusSite(units: [1: ModbusBench.memory(1)])
        func plug() async throws -> SimulatedModbusServer {
            let server = SimulatedModbusServer(site)
            guard case .tty(let tty) = try await server.openPseudoTerminal() else { return server }
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: tty)
            return server
        }
        let link = ModbusLink(
            name: "line", over: SerialLink(path: path, settings: SerialSettings(baud: 19_200)),
            framing: .rtu(baud: 19_200), timeouts: ModbusBench.patient)
        for round in 1...10 {
            let server = try await plug()
            // Longer than a poll: the first request after it came back is answered.
            #expect(try await link.ask(.read(.holding, address: 2, count: 1), of: 1) == .contents(.registers([258])))
            #expect(link.openings == round)
            site.misbehave(.silent, unit: 1)
            let count = site.callCount
            async let caught = Self.error { try await link.ask(.read(.holding, address: 2, count: 1), of: 1) }
            try await Self.until { site.callCount > count }
            await server.shutDown()
            let error = await caught
            #expect(error?.code == .timedOut && error?.detail.contains("line") == true)
            try FileManager.default.removeItem(atPath: path)
            let absent = await Self.error { try await link.ask(.read(.holding, address: 2, count: 1), of: 1) }
            #expect(absent?.code == .absent)
        }
    }

    @Test func `a serial line that somebody holds names the holder`() async throws {
        let bench = try await ModbusBench(.rtu, timeouts: ModbusBench.patient)
        _ = try await bench.read(0)
        guard case .tty(let path) = try LinkEndpoint(parsing: bench.link.address) else { return }
        let second = ModbusLink(
            name: "second", over: SerialLink(path: path, settings: SerialSettings(baud: 9600)),
            framing: .rtu(baud: 9600))
        let error = await bench.error { try await second.ask(.read(.coil, address: 0, count: 1), of: 1) }
        #expect(error?.code == .busy && error?.detail.contains("pid") == true)
        bench.link.close()
        try await Self.until {
            await bench.error { try await second.ask(.read(.coil, address: 0, count: 1), of: 1) } == nil
        }
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `closing ends the exchange in flight`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        bench.site.misbehave(.silent, unit: 1)
        async let caught = bench.error { try await bench.link.ask(.writeRegister(address: 0, 1), of: 1) }
        try await Self.until { bench.site.callCount == 1 }
        bench.link.close()
        #expect(await caught?.code == .unknownOutcome)
        #expect(try await bench.read(1) == ModbusBench.expected(1))
        #expect(bench.link.openings == 2)
        await bench.shutDown()
    }

    /// Looks again and again; the suite's time limit ends it.
    static func until(_ condition: () async -> Bool) async throws {
        while await !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    static func error(_ body: () async throws -> some Any) async -> DeviceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
