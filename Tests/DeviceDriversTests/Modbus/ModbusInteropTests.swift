import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

/// Our client, our simulated units and our codec against pymodbus, and our units against mbpoll.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ModbusInteropTests {
    @Test(.enabled(if: ModbusPeer.isInstalled))
    func `our client gets from pymodbus' TCP server what is in it`() async throws {
        let server = try ModbusPeer.Server(["tcp"])
        let port = try #require(UInt16(server.greeting), "\(server.greeting)")
        let link = ModbusLink(
            name: "peer", over: TCPLink(host: "127.0.0.1", port: port), framing: .tcp, timeouts: ModbusBench.patient)
        try await Self.exercise(link)
        link.close()
        try server.end()
    }

    @Test(.enabled(if: ModbusPeer.isInstalled))
    func `our client gets from pymodbus' serial server what is in it`() async throws {
        let modem = try ModbusPeer.NullModem()
        let server = try ModbusPeer.Server(["rtu", modem.ends[1].path])
        #expect(server.greeting == "ready")
        let link = ModbusLink(
            name: "peer", over: modem.ends[0].endpoint.transport(), framing: .rtu(baud: 115_200),
            timeouts: ModbusBench.patient)
        try await Self.exercise(link)
        link.close()
        modem.close()
        try server.end()
    }

    @Test(.enabled(if: ModbusPeer.isInstalled), arguments: ModbusBench.Wire.allCases)
    func `pymodbus' client gets from our units what is in them`(_ wire: ModbusBench.Wire) async throws {
        let site = ModbusSite(units: [1: ModbusBench.memory(1)])
        let server = SimulatedModbusServer(site)
        let arguments: [String]
        switch try await wire == .tcp ? server.listen() : server.openPseudoTerminal() {
        case .tcp(let host, let port): arguments = ["tcp", host, "\(port)"]
        case .tty(let path): arguments = ["rtu", path]
        case .can, .folder: return
        }
        let (status, output) = try await ModbusPeer.run(
            ModbusPeer.python, [ModbusPeer.scripts.appending(path: "ask.py").path] + arguments)
        #expect(status == 0 && output.hasPrefix("ok 403"), "\(output)")
        await server.shutDown()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/mbpoll")))
    func `mbpoll reads and writes our units`() async throws {
        let bench = try await ModbusBench(.tcp)
        guard case .tcp(_, let port) = try LinkEndpoint(parsing: bench.link.address) else { return }
        func poll(_ arguments: String...) async throws -> String {
            let (status, output) = try await ModbusPeer.run(
                URL(filePath: "/usr/bin/mbpoll"),
                ["-m", "tcp", "-p", "\(port)", "-0", "-1", "-a", "1", "-q"] + arguments)
            #expect(status == 0, "\(output)")
            return output
        }
        #expect(try await poll("-r", "7", "-c", "2", "-t", "4", "127.0.0.1").contains("[7]: \t263"))
        _ = try await poll("-r", "7", "-t", "4", "127.0.0.1", "4711")
        #expect(bench.site[1]?.value(of: try ModbusPoint(.holding, address: 7, .number(.u16))) == .number(4711))
        await bench.shutDown()
    }

    /// Frames whole and broken; where both take one, they must read the same in it.
    @Test(.enabled(if: ModbusPeer.isInstalled))
    func `our codec and pymodbus' read the same in the same bytes`() async throws {
        let seed: UInt64 = 78
        var random = ModbusRandom(seed: seed)
        let frames = (0..<ModbusRandom.count("MODBUS_DIFFERENTIAL", small: 4000)).map { _ in
            ModbusDifferential(using: &random)
        }
        let (status, output) = try await ModbusPeer.run(
            ModbusPeer.python, [ModbusPeer.scripts.appending(path: "decode.py").path],
            input: frames.map(\.line).joined(separator: "\n") + "\n")
        let theirs = output.split(separator: "\n").map(String.init)
        try #require(status == 0 && theirs.count == frames.count, "\(output.suffix(500))")
        var agreed = 0
        for (frame, their) in zip(frames, theirs) {
            guard let our = frame.reading else {
                // pymodbus takes requests that ask for more than the protocol allows; we take none that it refuses.
                continue
            }
            #expect(our == their, "seed \(seed): \(frame.line)")
            agreed += 1
        }
        #expect(agreed > frames.count / 4, "seed \(seed): \(agreed)")
    }

    private static func exercise(_ link: ModbusLink) async throws {
        let seed: UInt64 = 79
        var random = ModbusRandom(seed: seed)
        var registers = [Self.registers(1), Self.registers(2)]
        var coils = [Self.bits(1), Self.bits(2)]
        for _ in 0..<40 {
            let unit = UInt8.random(in: 1...2, using: &random)
            let place = Int(unit) - 1
            let address = Int.random(in: 0..<190, using: &random)
            let count = Int.random(in: 1...min(120, 200 - address), using: &random)
            let range = address..<address + count
            let at = UInt16(address)
            #expect(
                try await link.ask(.read(.holding, address: at, count: count), of: unit)
                    == .contents(.registers(Array(registers[place][range]))))
            #expect(
                try await link.ask(.read(.input, address: at, count: count), of: unit)
                    == .contents(.registers(Array(Self.registers(Int(unit))[range]))))
            #expect(
                try await link.ask(.read(.coil, address: at, count: count), of: unit)
                    == .contents(.bits(Array(coils[place][range]))))
            #expect(
                try await link.ask(.read(.discrete, address: at, count: count), of: unit)
                    == .contents(.bits(Array(Self.bits(Int(unit))[range]))))
            let values = range.map { _ in UInt16.random(in: 0...65535, using: &random) }
            #expect(try await link.ask(.writeRegisters(address: at, values), of: unit) == .done)
            registers[place].replaceSubrange(range, with: values)
            let bits = range.map { _ in Bool.random(using: &random) }
            #expect(try await link.ask(.writeCoils(address: at, bits), of: unit) == .done)
            coils[place].replaceSubrange(range, with: bits)
            #expect(try await link.ask(.writeCoil(address: at, !bits[0]), of: unit) == .done)
            coils[place][address] = !bits[0]
            #expect(try await link.ask(.maskRegister(address: at, and: 0xF0F0, or: 0x1234), of: unit) == .done)
            registers[place][address] = values[0] & 0xF0F0 | 0x1234 & ~0xF0F0
            registers[place][199] = UInt16(address)
            #expect(
                try await link.ask(
                    .readWriteRegisters(read: at, count: count, write: 199, [UInt16(address)]), of: unit)
                    == .contents(.registers(Array(registers[place][range]))))
            #expect(try await link.ask(.writeRegister(address: at, 5), of: unit) == .done)
            registers[place][address] = 5
        }
        let beyond = await ModbusLinkTests.error {
            try await link.ask(.read(.holding, address: 199, count: 2), of: 1)
        }
        #expect(beyond?.code == .misconfigured && beyond?.detail.contains("exception 2") == true)
        #expect(link.openings == 1)
    }

    private static func registers(_ unit: Int) -> [UInt16] { (0..<200).map { UInt16(unit * 1000 + $0) } }
    private static func bits(_ unit: Int) -> [Bool] { (0..<200).map { ($0 + unit) % 3 == 0 } }
}
