import DeviceKit
import Foundation
import Protocols
import Simulators
import Testing

@testable import Demo

@Suite struct WorldRecordTests {
    @Test func `a sample's truth is the mean over its own measurements`() throws {
        let record = WorldRecord([
            Self.measurement("0198-aa-0", 0.9, 0.08), Self.measurement("0198-bb-0", 5, 0.5),
            Self.measurement("0198-aa-1", 1.1, 0.10),
        ])
        let truth = try #require(record.truth(ofSample: "0198-aa"))
        #expect(abs((truth.conductivity?.in(.siemensPerMetre) ?? 0) - 1) < 1e-12)
        #expect(abs((truth.formulation[ExampleLab.salt] ?? 0) - 0.09) < 1e-12)
        #expect(truth.temperature == Temperature(299.65, .kelvin))
    }

    @Test func `a sample that was never measured has no truth`() {
        let record = WorldRecord([Self.measurement("0198-aa-0", 0.9, 0.08)])
        #expect(record.truth(ofSample: "0198-cc") == nil)
        #expect(record.truth(ofSample: "") == nil)
        #expect(record.truth(ofVial: "vial_1", liquids: [:]) == nil)
    }

    @Test func `a vial holds all that arrived in it and nothing that went elsewhere`() throws {
        let liquids: [String: WorldDescription.Liquid] = [
            "salty": .init(concentrations: [
                "salt": Concentration(1, .molePerLitre), "solvent": Concentration(9, .molePerLitre),
            ]),
            "pure": .init(concentrations: ["solvent": Concentration(10, .molePerLitre)]),
        ]
        let record = WorldRecord([
            Self.arrival("vial_1", 3, ["salty": 1]), Self.arrival("waste_1", 50, ["salty": 1]),
            Self.arrival("vial_1", 1, ["pure": 0.5, "salty": 0.5]),
        ])
        let truth = try #require(record.truth(ofVial: "vial_1", liquids: liquids))
        #expect(abs((truth.formulation["salt"] ?? 0) - 3.5 / 40) < 1e-12)
        #expect(abs(truth.formulation.values.reduce(0, +) - 1) < 1e-12)
        #expect(truth.conductivity == nil)
        #expect(truth.json["conductivity_S_per_m"] == nil)
    }

    @Test func `a file of events is read up to a last line that was cut off`() throws {
        let event = Self.measurement("0198-aa-0", 0.9, 0.08)
        let path = FileManager.default.temporaryDirectory.appending(path: "events-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: path) }
        let line = try JSONValue(encoding: event).text()
        try "\(line)\n\(line.prefix(40))".write(to: path, atomically: true, encoding: .utf8)
        #expect(try WorldRecord(reading: path.path).events == [event])
        #expect(throws: DemonstrationFailure.self) { try WorldRecord(reading: path.path + ".not") }
    }

    @Test func `a measurement by an instrument's own name is not mixed with another of the same sample`() {
        var dense = Self.measurement("S1", 0, 0.1)
        if case .measurement(let cell, let tag, var truth) = dense.occurrence {
            truth.density = Density(1.2, .gramPerCubicCentimetre)
            dense.occurrence = .measurement(cell: cell, tag: tag, truth: truth)
        }
        let record = WorldRecord([dense, Self.measurement("S1b", 0, 0.2)])
        #expect(record.truth(ofMeasurement: "S1")?.density == Density(1.2, .gramPerCubicCentimetre))
        #expect(record.truth(ofMeasurement: "S1b")?.formulation[ExampleLab.salt] == 0.2)
        #expect(record.truth(ofMeasurement: "S") == nil)
    }

    @Test func `what would have broken something is told`() {
        let record = WorldRecord([
            WorldEvent(time: .zero, occurrence: .unsafe(device: "V1", reason: "turned")),
            WorldEvent(time: .zero, occurrence: .ranDry(terminal: "Reservoir6")),
            Self.arrival("vial_1", 1, ["pure": 1]),
        ])
        #expect(record.accidents == ["V1: turned", "Reservoir6 ran dry"])
    }

    static func measurement(_ tag: String, _ conductivity: Double, _ salt: Double) -> WorldEvent {
        WorldEvent(
            time: .seconds(1),
            occurrence: .measurement(
                cell: "electrochemistry", tag: tag,
                truth: CellTruth(
                    conductivity: Conductivity(conductivity, .siemensPerMetre),
                    temperature: Temperature(299.65, .kelvin),
                    formulation: [ExampleLab.salt: salt, ExampleLab.linear: 1 - salt], gasFraction: 0)))
    }

    static func arrival(_ terminal: String, _ volume: Double, _ content: [String: Double]) -> WorldEvent {
        WorldEvent(
            time: .seconds(1),
            occurrence: .arrived(
                terminal: terminal, volume: Volume(volume, .millilitre), content: content, gas: .zero))
    }
}
