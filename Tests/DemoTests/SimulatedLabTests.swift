import Analysis
import DeviceKit
import EdgeAgent
import LabBench
import Methods
import Synchronization
import Testing

@testable import Demo
@testable import Simulators

@Suite(.serialized) struct SimulatedLabTests {
    @Test func `drivers fill a syringe from a reservoir, and the world has it in the syringe`() async throws {
        try await LabBench.run { bench in
            let stock = try #require(bench.description.model.table.stocks.first { $0.reservoir == "Reservoir6" })
            try await bench.valve("V6").turn(to: 1)
            let level = try await bench.pump("A0.0").move(
                toFillLevel: Volume(2, .millilitre), at: FlowRate(0.1, .millilitrePerSecond))
            #expect(abs(level.in(.millilitre) - 2) < 0.01)
            let content = try #require(await bench.lab.world.mixture(inPump: "A0"))
            // The tube was dry: 0.0346 + 0.0116 + 0.0353 mL of gas come first.
            let gas = content.gas.in(.millilitre)
            #expect(abs(gas - 0.0815) < 0.02)
            #expect(abs(content.volume.in(.millilitre) + gas - 2) < 0.01)
            #expect(content.fractions == [stock.id: 1])
            let bottle = try #require(await bench.lab.world.mixture(inTerminal: "Reservoir6"))
            let taken = (stock.volumeTotal ?? .zero) - bottle.volume
            #expect(abs(taken.in(.millilitre) - 2) < 0.01)
        }
    }

    @Test func `the relay on its pseudo-terminal opens the gas valve of the world`() async throws {
        try await LabBench.run { bench in
            try await bench.relay("gas").set(energised: true)
            #expect(try await bench.relay("gas").isEnergised())
            #expect(await bench.lab.world.relay("ArdV_0_1")?.isEnergised() == true)
            try await bench.relay("gas").stop()
            let switched = await bench.lab.world.events.compactMap { event -> Bool? in
                if case .relaySwitched(_, let energised) = event.occurrence { energised } else { nil }
            }
            #expect(switched == [true, false])
        }
    }

    @Test(arguments: [
        (SimulatedLab.Misbehaviour.bubble, false, false), (.neverWarm, false, false), (.ballSticks, true, false),
        (.foreignFile, true, true), (.behaves, true, true),
    ])
    func `a densimeter misbehaves as it is told`(
        _ misbehaviour: SimulatedLab.Misbehaviour, hasDensity: Bool, hasViscosity: Bool
    ) async throws {
        let stock = try #require(ExampleLab.description().model.table.stocks.first)
        try await LabBench.run(tubesHold: stock.id) { bench in
            try await bench.lab.tell("densimeter", misbehaviour)
            let method = try #require(bench.description.model.densimeter?.methods.first)
            let strangers = Mutex<[String]>([])
            let readings = try await #require(bench.laboratory.densimeters["densimeter"]).measure(
                DensimetryOrder(method: method.name, number: nil, temperature: method.temperature), sample: "S-1",
                notice: { text in strangers.withLock { $0.append(text) } }, keep: { _ in })
            #expect(!readings.isEmpty)
            #expect(readings.allSatisfy { ($0.validDensity != nil) == hasDensity })
            #expect(readings.allSatisfy { ($0.validViscosity != nil) == hasViscosity })
            #expect(strangers.withLock { !$0.isEmpty } == (misbehaviour == .foreignFile))
        }
    }

    @Test func `the potentiostat measures what stands in the cell, and its tag is in the world's record`() async throws
    {
        let stock = try #require(ExampleLab.description().model.table.stocks.first)
        try await LabBench.run(tubesHold: stock.id) { bench in
            let sweep = ImpedanceSweep(
                highest: Frequency(100, .kilohertz), lowest: Frequency(1, .kilohertz), pointCount: 5,
                amplitude: Voltage(10, .millivolt), currentRange: Current(1, .microampere)...Current(10, .milliampere))
            let potentiostat = try bench.potentiostat("potentiostat")
            let record = try await potentiostat.measureImpedance(sweep, tag: "sample-7-0") { _ in }
            let truth = try #require(WorldRecord(await bench.lab.world.events).truth(ofSample: "sample-7"))
            let conductivity = try #require(truth.conductivity)
            // At 100 kHz the double layer is a short circuit, to a tenth: Z = K/κ.
            let expected = CellConstant(1, .perCentimetre).si / conductivity.si
            #expect(abs((record.points.first?.real.si ?? 0) / expected - 1) < 0.1)
            #expect(await bench.lab.world.isCellOn("electrochemistry") == false)
        }
    }

    @Test func `an empty cell is not measured`() async throws {
        try await LabBench.run { bench in
            let sweep = ImpedanceSweep(
                highest: Frequency(100, .kilohertz), lowest: Frequency(10, .kilohertz), pointCount: 3,
                amplitude: Voltage(10, .millivolt), currentRange: Current(1, .microampere)...Current(10, .milliampere))
            let potentiostat = try bench.potentiostat("potentiostat")
            await #expect(throws: DeviceError.self) {
                try await potentiostat.measureImpedance(sweep, tag: "sample-8-0") { _ in }
            }
        }
    }

    @Test func `pumps that are told to start together push together`() async throws {
        try await LabBench.run { bench in
            for valve in ["V5", "V6"] { try await bench.valve(valve).turn(to: 9) }
            async let first = bench.pump("A0.0").move(
                toFillLevel: Volume(1, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
            async let second = bench.pump("B0.0").move(
                toFillLevel: Volume(1, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
            _ = try await (first, second)
            let ends = await bench.lab.world.events.compactMap { event -> Double? in
                if case .pumpMoved = event.occurrence { event.time / .seconds(1) } else { nil }
            }
            #expect(ends.count == 2)
            #expect(abs((ends.first ?? 0) - (ends.last ?? 9)) < 1e-6)
        }
    }

    @Test func `a pump that is stopped before it starts does not start`() async throws {
        let described = SimulatedLab.Description(simulating: try ExampleLab.description())
        let world = try LabWorld(described.world, clock: LabClock(speed: 100))
        let pump = GatheredSyringePump(pump: try #require(world.pump("A0")), gate: StartGate(world))
        async let moving: Void = pump.move(
            toFillLevel: Volume(5, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
        await Task.yield()
        await pump.stop()
        await moving
        await pump.stop()
        #expect(await pump.state().isMoving == false)
    }

    @Test func `a device of a cell that is not there is refused by name`() async throws {
        var described = SimulatedLab.Description(simulating: try ExampleLab.description())
        described.devices = [.init(name: "potentiostat", kind: .potentiostat(cell: "nowhere"))]
        let lab = try SimulatedLab(described)
        await #expect(throws: SimulatedLabError.self) { try await lab.start() }
    }
}
