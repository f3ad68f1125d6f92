import Foundation
import Links
import Protocols
import Simulators

/// Our simulated units, until standard input ends.
enum Served {
    static func network() async throws {
        let server = SimulatedModbusServer(ModbusSite(units: [1: Self.memory]))
        if case .tcp(_, let port) = try await server.listen() { print(port) }
        Self.waitForEnd()
    }

    /// - Parameter reaction: in milliseconds.
    static func line(baud: Int, reaction: Int, units: Int) async throws {
        let site = ModbusSite(units: Dictionary(uniqueKeysWithValues: (1...units).map { (UInt8($0), Self.memory) }))
        let server = SimulatedModbusServer(site, timing: .init(baud: baud, reaction: .milliseconds(reaction)))
        if case .tty(let path) = try await server.openPseudoTerminal() { print(path) }
        Self.waitForEnd()
    }

    private static var memory: ModbusMemory {
        var memory = ModbusMemory()
        memory.set(.holding, from: 0, .registers((0..<125).map { $0 }))
        return memory
    }

    private static func waitForEnd() {
        fflush(nil)
        while readLine() != nil {}
    }
}
