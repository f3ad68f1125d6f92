import DeviceKit
import Foundation
import Testing

@testable import Simulators

@Suite(.enabled(if: SharedLab.isThere, "the shared lab configuration is not beside the repository"))
struct LabWorldTests {
    @Test func `the world keeps the clock's time and tells what happened`() async throws {
        let world = try LabWorld(SharedLab.description(syringes: ["A": 10]), clock: LabClock(speed: 400))
        let pump = try #require(world.pump("A0"))
        let valve = try #require(world.valve("V6"))
        let cell = try #require(world.cell("electrochemistry"))
        #expect(world.pump("Z0") == nil)
        let keeper = Task { await world.run() }
        defer { keeper.cancel() }
        await valve.turn(to: 10)
        let stream = await world.eventStream()
        for await event in stream where event.kind == .valveTurned { break }
        #expect(await valve.position() == 10)
        await pump.move(toFillLevel: Volume(5, .millilitre), at: FlowRate(0.5, .millilitrePerSecond))
        await cell.recordMeasurement(tag: "first")
        var kinds: [WorldEvent.Kind] = []
        for await event in await world.eventStream() {
            kinds.append(event.kind)
            if event.kind == .arrived { break }
        }
        #expect(kinds == [.valveTurned, .measurement, .pumpMoved, .arrived])
        #expect(await !pump.state().isMoving)
        #expect(abs(await pump.state().fillLevel.in(.millilitre) - 5) < 1e-9)
        let waste = try #require(await world.mixture(inTerminal: "waste_1"))
        #expect(abs(waste.volume.in(.millilitre) - (5 - 0.1175)) < 0.003)
    }

    @Test func `events travel as flat objects with the agreed keys`() throws {
        let truth = CellTruth(
            conductivity: Conductivity(0.93, .siemensPerMetre),
            temperature: Temperature(299.65, .kelvin),
            formulation: ["X": 1],
            gasFraction: 0
        )
        let volume = Volume(2, .millilitre)
        let occurrences: [WorldEvent.Occurrence] = [
            .pumpMoved(pump: "A0", from: volume, to: .zero), .valveTurned(valve: "V1", from: 1, to: 2),
            .relaySwitched(relay: "R", energised: true), .overload(pump: "A0", reason: "r"),
            .unsafe(device: "V1", reason: "r"), .cellSwitched(cell: "c", on: true),
            .measurement(cell: "c", tag: "t", truth: truth),
            .arrived(terminal: "vial_1", volume: volume, content: ["A": 1], gas: .zero), .ranDry(terminal: "R1"),
            .injected(device: "A0", fault: "f"),
        ]
        #expect(
            Set(occurrences.map { WorldEvent(time: .zero, occurrence: $0).kind }).count
                == WorldEvent.Kind.allCases.count
        )
        for occurrence in occurrences {
            let event = WorldEvent(time: .seconds(1.5), occurrence: occurrence)
            let json = try JSONEncoder().encode(event)
            #expect(try JSONDecoder().decode(WorldEvent.self, from: json) == event)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let event = WorldEvent(time: .seconds(2), occurrence: occurrences[6])
        let line = String(decoding: try encoder.encode(event), as: UTF8.self)
        #expect(
            line == """
                {"cell":"c","kind":"measurement","tag":"t","time":2,"truth":{"conductivity_S_per_m":0.93,\
                "formulation":{"X":1},"gasFraction":0,"temperature_K":299.65}}
                """
        )
    }
}
