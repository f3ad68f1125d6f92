import DeviceDrivers
import DeviceKit
import Links
import Protocols
import Simulators
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct ModbusUnitTests {
    @Test func `points scattered over a device come with few requests, each with its value`() async throws {
        let bench = try await ModbusBench(.tcp, timeouts: ModbusBench.patient)
        let unit = ModbusUnit(device: "rack", link: bench.link, address: 1, limits: .init(gap: 8))
        let points = try [
            ModbusPoint(.holding, address: 20, .number(.u16)), ModbusPoint(.holding, address: 0, .number(.u32)),
            ModbusPoint(.input, address: 3, .number(.u16), scale: 0.1, unit: "°C", missing: [260]),
            ModbusPoint(.holding, address: 10, .bits(1...3)), ModbusPoint(.coil, address: 3, .flag),
            ModbusPoint(.input, address: 4, .number(.i16), missing: [260]),
        ]
        let values = try await unit.read(points)
        #expect(
            values == [
                .success(.number(276)), .success(.number(256 * 65536 + 257)), .success(.number(25.9)),
                .success(.number(5)), .success(.flag(true)), .failure(.missing(raw: 260)),
            ])
        // Holding 0–10 and 20 lie 9 registers apart, one more than may be read in vain.
        #expect(
            bench.site.calls.map(\.request.description) == [
                "read coil 3", "read holding 0–10", "read holding 20", "read input 3–4",
            ])
        await bench.shutDown()
    }

    @Test func `a point that the device does not have is the profile's fault`() async throws {
        let bench = try await ModbusBench(.tcp, timeouts: ModbusBench.patient)
        let unit = ModbusUnit(device: "rack", link: bench.link, address: 1)
        let error = await bench.error { try await unit.read([ModbusPoint(.holding, address: 500, .number(.u16))]) }
        #expect(error?.code == .misconfigured && error?.device == "rack" && error?.command == "read holding 500")
        await bench.shutDown()
    }

    @Test func `values are written with the functions that the device has`() async throws {
        let bench = try await ModbusBench(.tcp, timeouts: ModbusBench.patient)
        let unit = ModbusUnit(device: "rack", link: bench.link, address: 1)
        let register = try ModbusPoint(.holding, address: 0, .number(.i16), scale: 0.1, unit: "°C")
        try await unit.write(.number(-12.34), to: register)
        bench.site.misbehave(.exception(.illegalFunction), unit: 1)
        try await unit.write(.number(21.5), to: register)
        #expect(bench.site[1]?.value(of: register) == .number(21.5))
        let coil = try ModbusPoint(.coil, address: 0, .flag)
        bench.site.misbehave(.exception(.illegalFunction), unit: 1)
        try await unit.write(.flag(false), to: coil)
        #expect(bench.site[1]?.value(of: coil) == .flag(false))
        #expect(bench.site.calls.map(\.request.function) == [6, 6, 16, 5, 15])
        let pair = try ModbusPoint(.holding, address: 4, .number(.f32), order: .cdab)
        try await unit.write(.number(0.5), to: pair)
        #expect(bench.site[1]?.value(of: pair) == .number(0.5))
        let misfit = await bench.error { try await unit.write(.number(4000), to: register) }
        #expect(misfit?.code == .misconfigured)
        #expect(bench.site.callCount == 6)
        await bench.shutDown()
    }

    @Test func `bits of a register change alone, also where the device cannot change bits`() async throws {
        let bench = try await ModbusBench(.rtu, timeouts: ModbusBench.patient)
        let unit = ModbusUnit(device: "rack", link: bench.link, address: 1)
        let whole = try ModbusPoint(.holding, address: 0, .number(.u16))
        let mode = try ModbusPoint(.holding, address: 0, .bits(4...6), options: [0: "off", 5: "heat"])
        try await unit.write(.number(0xFFFF), to: whole)
        try await unit.write(.option("off"), to: mode)
        #expect(bench.site[1]?.value(of: whole) == .number(0xFF8F))
        bench.site.misbehave(.exception(.illegalFunction), unit: 1)
        try await unit.write(.option("heat"), to: mode)
        #expect(bench.site[1]?.value(of: whole) == .number(0xFFDF))
        #expect(bench.site.calls.map(\.request.function) == [6, 22, 22, 3, 6])
        await bench.shutDown()
    }

    @Test(arguments: [ModbusBench.Wire.rtu, .tcp])
    func `a stop waits for one exchange of a conversation, not for the conversation`(
        _ wire: ModbusBench.Wire
    ) async throws {
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        bench.site.misbehave(.late(.milliseconds(100)), unit: 1)
        let unit = ModbusUnit(device: "rack", link: bench.link, address: 1)
        let points = try [
            ModbusPoint(.holding, address: 0, .number(.u16)), ModbusPoint(.input, address: 0, .number(.u16)),
        ]
        async let reading = bench.error { try await unit.read(points, priority: .poll) }
        try await ModbusLinkTests.until { bench.site.callCount == 1 }
        _ = try await bench.link.ask(.writeCoil(address: 0, false), of: 1, priority: .stop)
        #expect(await reading?.code == .cancelled)
        #expect(bench.site.calls.map(\.request.function) == [3, 5])
        await bench.shutDown()
    }
}
