import DeviceKit
import Foundation
import Links
import Protocols
import Simulators

/// A Modbus line with simulated units on it.
struct ModbusBench {
    enum Wire: Sendable, CaseIterable { case tcp, rtu }

    let site: ModbusSite
    let server: SimulatedModbusServer
    let link: ModbusLink
    let wire: Wire

    /// Short, since most of these tests wait for them to run out; a healthy answer that a busy machine delays is asked
    /// for again by `healthy`.
    static let quick = LinkTimeouts(
        open: .seconds(2), write: .seconds(1), firstByte: .milliseconds(15), betweenBytes: .milliseconds(8),
        total: .seconds(2))
    static let patient = LinkTimeouts(
        open: .seconds(5), write: .seconds(5), firstByte: .seconds(10), betweenBytes: .milliseconds(100),
        total: .seconds(30))

    init(
        _ wire: Wire, units: [UInt8] = [1], timeouts: LinkTimeouts = Self.quick,
        timing: SimulatedModbusServer.Timing = .init(),
        through: (LinkEndpoint) async throws -> LinkEndpoint = { $0 }
    ) async throws {
        self.site = ModbusSite(units: Dictionary(uniqueKeysWithValues: units.map { ($0, Self.memory($0)) }))
        self.server = SimulatedModbusServer(self.site, timing: timing)
        let endpoint = try await through(
            wire == .tcp ? try await self.server.listen() : try await self.server.openPseudoTerminal())
        self.link = ModbusLink(
            name: "line", over: endpoint.transport(), framing: wire == .tcp ? .tcp : .rtu(baud: 115_200),
            timeouts: timeouts)
        self.wire = wire
    }

    /// 100 holding and input registers, 100 coils and discrete inputs, all different from unit to unit.
    static func memory(_ unit: UInt8) -> ModbusMemory {
        var memory = ModbusMemory()
        memory.set(.holding, from: 0, .registers((0..<100).map { Self.register($0, of: unit) }))
        memory.set(.input, from: 0, .registers((0..<100).map { Self.register($0, of: unit) }))
        memory.set(.coil, from: 0, .bits((0..<100).map { $0 % 3 == 0 }))
        memory.set(.discrete, from: 0, .bits((0..<100).map { $0 % 5 == 0 }))
        return memory
    }

    static func register(_ address: Int, of unit: UInt8) -> UInt16 { UInt16(unit) * 256 + UInt16(address) }

    func read(_ address: UInt16, of unit: UInt8 = 1) async throws(DeviceError) -> [UInt16] {
        let answer = try await self.link.ask(.read(.holding, address: address, count: 3), of: unit)
        guard case .contents(.registers(let registers)) = answer else { return [] }
        return registers
    }

    static func expected(_ address: UInt16, of unit: UInt8 = 1) -> [UInt16] {
        (0..<3).map { Self.register(Int(address) + $0, of: unit) }
    }

    /// Reads until an answer comes; silence is borne a few times, since the time-outs are short.
    func healthy(_ address: UInt16, of unit: UInt8 = 1) async throws(DeviceError) -> [UInt16] {
        for _ in 0..<20 {
            do throws(DeviceError) {
                return try await self.read(address, of: unit)
            } catch {
                guard error.code == .timedOut else { throw error }
            }
        }
        return try await self.read(address, of: unit)
    }

    func error(_ body: () async throws -> some Any) async -> DeviceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }

    func shutDown() async {
        self.link.close()
        await self.server.shutDown()
    }
}
