import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Simulators
import Synchronization
import Testing

/// A PalmSens4 behind its bridge.
@Suite(.timeLimit(.minutes(2))) struct BridgedPotentiostatTests {
    static let sweep = ImpedanceSweep(
        highest: Frequency(100, .kilohertz), lowest: Frequency(100, .hertz), pointCount: 10,
        amplitude: Voltage(0.01, .volt), currentRange: Current(1e-6, .ampere)...Current(0.01, .ampere))

    @Test func `it says who it is, and measures what the cell is`() async throws {
        let bench = try await BridgeBench()
        let identity = try await bench.potentiostat.identify()
        #expect(identity.model == "PalmSens4" && identity.serialNumber == SimulatedPalmSensBridge.serialNumber)
        let points = Points()
        let record = try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { points.add($0) }
        #expect(record.points == points.all)
        try bench.expectTruth(record)
        #expect(bench.cell.measurements == ["a"] && !bench.cell.isOn)
        #expect(String(decoding: record.raw, as: UTF8.self).contains(#""do":"impedance""#))
        await bench.bridge.shutDown()
    }

    /// Messages of a measurement: hello, started, ten points, done.
    @Test(arguments: [0, 1, 2, 3, 7, 12])
    func `a bridge that dies leaves no doubt unsaid, and its successor is measured with`(messages: Int) async throws {
        let bench = try await BridgeBench()
        try await bench.die(after: messages)
        let error = await #expect(throws: DeviceError.self) {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        }
        // Before the order has left, nothing has happened; afterwards the next connection has switched the cell off.
        if messages == 0 {
            #expect(error?.code == .timedOut || error?.code == .absent, "\(String(describing: error))")
        } else {
            #expect(error?.code == .timedOut || error?.code == .unknownOutcome, "\(String(describing: error))")
        }
        await bench.bridge.set(faults: .init())
        try await bench.potentiostat.stop()
        #expect(!bench.cell.isOn)
        try bench.expectTruth(try await bench.potentiostat.measureImpedance(Self.sweep, tag: "b") { _ in })
        #expect(!bench.cell.isOn)
        await bench.bridge.shutDown()
    }

    @Test func `a stop in the middle of a spectrum ends it at once, with the cell off`() async throws {
        let bench = try await BridgeBench(speed: 5)
        let points = Points()
        let measuring = Task {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { points.add($0) }
        }
        while points.all.count < 2 { try await Task.sleep(for: .milliseconds(1)) }
        try await bench.potentiostat.stop()
        #expect(!bench.cell.isOn)
        let error = await #expect(throws: DeviceError.self) { try await measuring.value }
        #expect(error?.code == .cancelled, "\(String(describing: error))")
        #expect(bench.cell.measurements == [])
        await bench.bridge.shutDown()
    }

    @Test func `a silent bridge is told to abort, and then asked nothing old`() async throws {
        let bench = try await BridgeBench()
        var faults = SimulatedPalmSensBridge.Faults()
        faults.silentAfterPoints = 3
        await bench.bridge.set(faults: faults)
        let error = await #expect(throws: DeviceError.self) {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        }
        #expect(
            error?.code == .timedOut && error?.detail.contains("the cell is off") == true,
            "\(String(describing: error))")
        #expect(!bench.cell.isOn)
        await bench.bridge.set(faults: .init())
        try bench.expectTruth(try await bench.potentiostat.measureImpedance(Self.sweep, tag: "b") { _ in })
        await bench.bridge.shutDown()
    }

    @Test(arguments: [2, 5, 11]) func `a line that was cut is no point`(message: Int) async throws {
        let bench = try await BridgeBench()
        var faults = SimulatedPalmSensBridge.Faults()
        faults.garbledMessage = message
        await bench.bridge.set(faults: faults)
        let error = await #expect(throws: DeviceError.self) {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        }
        #expect(error?.code == .garbled, "\(String(describing: error))")
        #expect(!bench.cell.isOn)
        await bench.bridge.shutDown()
    }

    @Test func `a sweep that says it is complete too early is none`() async throws {
        let bench = try await BridgeBench()
        var faults = SimulatedPalmSensBridge.Faults()
        faults.endsAfterPoints = 4
        await bench.bridge.set(faults: faults)
        let error = await #expect(throws: DeviceError.self) {
            try await bench.potentiostat.measureImpedance(Self.sweep, tag: "a") { _ in }
        }
        #expect(error?.code == .mismatch && error?.detail.contains("4 of 10") == true, "\(String(describing: error))")
        await bench.bridge.shutDown()
    }

    @Test func `a bridge without its instrument says so`() async throws {
        let bench = try await BridgeBench()
        var faults = SimulatedPalmSensBridge.Faults()
        faults.isInstrumentAbsent = true
        await bench.bridge.set(faults: faults)
        let error = await #expect(throws: DeviceError.self) { try await bench.potentiostat.identify() }
        #expect(error?.code == .absent && error?.detail == "no instrument was found", "\(String(describing: error))")
        await bench.bridge.shutDown()
    }

    @Test func `an order that the library would not take is refused, with nothing done`() async throws {
        let bench = try await BridgeBench()
        var sweep = Self.sweep
        sweep.amplitude = Voltage(0.5, .volt)
        let error = await #expect(throws: DeviceError.self) {
            try await bench.potentiostat.measureImpedance(sweep, tag: "a") { _ in }
        }
        #expect(error?.code == .refused, "\(String(describing: error))")
        #expect(bench.cell.switchings.allSatisfy { !$0 })
        await bench.bridge.shutDown()
    }
}

/// A simulated bridge on a cell, and the driver connected to it.
struct BridgeBench {
    static let resistance = 312.5
    let cell = ConstantPhaseCell()
    let bridge: SimulatedPalmSensBridge
    let potentiostat: BridgedPotentiostat

    init(speed: Double = 500) async throws {
        let clock = LabClock(speed: speed)
        self.bridge = SimulatedPalmSensBridge(cell: self.cell, clock: clock)
        let link = ByteLink(
            device: "potentiostat", over: try await self.bridge.listen().transport(),
            timeouts: LinkTimeouts(firstByte: .seconds(1), total: .seconds(5)))
        self.potentiostat = BridgedPotentiostat(
            name: "potentiostat", link: link, options: BridgeOptions(margin: .seconds(1), abort: .seconds(1)),
            clock: clock)
    }

    func die(after messages: Int) async throws {
        var faults = SimulatedPalmSensBridge.Faults()
        faults.diesAfterMessages = messages
        await self.bridge.set(faults: faults)
    }

    func expectTruth(_ record: ImpedanceRecord) throws {
        #expect(record.points.count == 10)
        let first = try #require(record.points.first)
        #expect(abs(first.real.in(.ohm) - Self.resistance) < 0.01 * Self.resistance)
        #expect(record.points.allSatisfy { $0.imaginary < Resistance(0, .ohm) }, "the cell is capacitive")
    }
}

/// Points as they came in.
final class Points: Sendable {
    private let points = Mutex<[ImpedancePoint]>([])
    var all: [ImpedancePoint] { self.points.withLock { $0 } }
    func add(_ point: ImpedancePoint) { self.points.withLock { $0.append(point) } }
}
