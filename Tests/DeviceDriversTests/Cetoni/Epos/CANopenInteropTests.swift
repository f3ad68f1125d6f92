import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

@testable import DeviceDrivers

/// Our simulated drive and our bus master against python-canopen with python-can, over slcan on pseudo-terminals.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CANopenInteropTests {
    @Test(.enabled(if: CANopenPeer.isInstalled))
    func `python-canopen commands the simulated drive`() async throws {
        let clock = LabClock(speed: 20)
        let model = AnalyticPump(clock: clock, fillLevel: Volume(5, .millilitre))
        await model.configure(innerDiameter: EposBench.syringe.innerDiameter, stroke: EposBench.syringe.stroke)
        await model.block(below: Volume(4, .millilitre))
        let line = SimulatedCANLine([SimulatedEposDrive(node: 2, family: .epos2, model: model)], clock: clock)
        guard case .tty(let path) = try await line.openPseudoTerminal() else { return }
        let (status, output) = try await ModbusPeer.run(
            CANopenPeer.python, [CANopenPeer.scripts.appending(path: "ask.py").path, path])
        await line.shutDown()
        #expect(status == 0 && output.contains("ok 33"), "\(output)")
    }

    @Test(.enabled(if: CANopenPeer.isInstalled))
    func `our bus master reads and writes a node of python-canopen`() async throws {
        let modem = try ModbusPeer.NullModem()
        defer { modem.close() }
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = CANopenPeer.python
        process.arguments = [CANopenPeer.scripts.appending(path: "serve.py").path, modem.ends[1].path]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        let greeting = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(greeting.hasPrefix("ready"))
        let bus = CANopenBus(name: "peer", over: modem.ends[0].endpoint.transport(), framing: .slcan)
        let pump = EposSyringePump(
            name: "pump", line: bus, node: 2, family: .epos2, syringe: EposBench.syringe, clock: LabClock())
        #expect(try await pump.identify().model == "EPOS product 0x6010001C, node 2")
        #expect(try await pump.positionCounter() == -1234)
        let name = try await bus.text(
            at: EposObject.deviceName, ObjectAccess(device: "pump", node: 2, entry: EposObject.deviceType))
        #expect(name == "neMESYS low pressure, played by a peer")
        let absent = await ModbusLinkTests.error {
            try await bus.perform(ObjectAccess(device: "pump", node: 2, entry: EposObject.homingMethod))
        }
        #expect(absent?.code == .misconfigured, "\(absent as Any)")
        try await pump.stop()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        let end = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(end.contains("controlword 15 target \(UInt32(bitPattern: -1234))"), "\(end)")
    }
}
