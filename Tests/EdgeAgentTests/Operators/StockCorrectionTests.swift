import Analysis
import DeviceKit
import Foundation
import Methods
import Protocols
import Store
import Testing

@testable import EdgeAgent

/// What operators say was done to bottles and vials, without any device.
@Suite struct StockCorrectionTests {
    private static let lab = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "labs/asab/lab.yaml").path

    private let model: LabModel
    private let folder: String

    init() throws {
        self.model = try LabDescription(contentsOf: Self.lab).model
        self.folder = NSTemporaryDirectory() + "edge-agent-stock-\(UUID().uuidString)"
    }

    @Test func `a refilled reservoir holds its own stock, and the audit trail says what it held before`() async throws {
        try await self.withJournal { journal in
            let report = try await journal.correct(
                .refilled(node: "Reservoir6", holds: Volume(50, .millilitre)), in: self.model, by: "ada")
            #expect(report.after.words == "50 mL of 1.5M-LiPF6-EC-EMC")
            #expect(abs(report.before.volume_mL - 46.68) < 0.01)
            let fluid = try await journal.fluid(of: self.model)
            #expect(fluid.vessels["Reservoir6"]?.content.volume == Volume(50, .millilitre))
            let entry = try #require(try await journal.auditEntries().last)
            #expect(entry.person == "ada" && entry.act == "refill")
            #expect(entry.detail["node"]?.string == "Reservoir6")
            #expect(entry.detail["after"]?["volume_mL"]?.double == 50)
            #expect(entry.detail["before"]?["volume_mL"]?.double == report.before.volume_mL)
            #expect(try await journal.verifyAudit().isSound)
        }
    }

    @Test func `a freed vial can be filled again, and keeps its capacity`() async throws {
        try await self.withJournal { journal in
            let mixture = try #require(Liquid(mixing: self.stocks([3, 1])))
            try await self.keep(FluidPortion(mixture, volume: Volume(4, .millilitre)), in: "vial_3", journal)
            let report = try await journal.correct(.freed(vial: "vial_3"), in: self.model, by: "ada")
            #expect(report.before.words == "4 mL of 0.75 1.5M-LiPF6-EC-EMC + 0.25 1.5M-LiPF6-EMC")
            #expect(report.after.words == "nothing")
            #expect(report.after.capacity_mL == 10)
        }
    }

    @Test func `an emptied waste is empty, and nothing else changes`() async throws {
        try await self.withJournal { journal in
            try await self.keep(FluidPortion(.solvent, volume: Volume(1, .litre)), in: "waste_1", journal)
            let before = try await journal.fluid(of: self.model)
            _ = try await journal.correct(.emptied(waste: "waste_1"), in: self.model, by: "ada")
            var after = try await journal.fluid(of: self.model)
            #expect(after.vessels["waste_1"]?.content.isEmpty == true)
            try after.set("waste_1", to: try #require(before.vessels["waste_1"]))
            #expect(after == before)
        }
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let correction: StockCorrection
        let says: String
        var testDescription: String { "\(self.correction.act) \(self.correction.node): \(self.says)" }

        static func refill(_ node: String, _ volume: Volume, _ says: String) -> Self {
            Self(correction: .refilled(node: node, holds: volume), says: says)
        }
        static func free(_ vial: String, _ says: String) -> Self { Self(correction: .freed(vial: vial), says: says) }
        static func empty(_ waste: String, _ says: String) -> Self {
            Self(correction: .emptied(waste: waste), says: says)
        }

        static let all: [Self] = [
            .refill("Reservoir9", Volume(1, .millilitre), "no vessel Reservoir9"),
            .refill("V7.0", Volume(1, .millilitre), "no vessel V7.0"),
            .refill("A0.0", Volume(1, .millilitre), "no vessel A0.0"),
            .refill("Reservoir1", Volume(1, .millilitre), "no stock solution stands in Reservoir1"),
            .refill("vial_1", Volume(1, .millilitre), "edge-agent stock free vial_1"),
            .refill("waste_1", Volume(1, .millilitre), "edge-agent stock empty waste_1"),
            .refill("Solvent", Volume(-1, .millilitre), "cannot hold -1 mL"),
            .refill("Solvent", Volume(.nan, .millilitre), "cannot hold"),
            .refill("Solvent", Volume(1001, .litre), "cannot hold"),
            .free("Reservoir6", "is no vial"), .free("vial_1", "is empty already"),
            .empty("vial_1", "is no waste"), .empty("waste_1", "is empty already"),
        ]
    }

    @Test(arguments: Refusal.all)
    func `what cannot be is refused, and leaves neither a change nor an entry`(_ refusal: Refusal) async throws {
        try await self.withJournal { journal in
            let error = await #expect(throws: OperatorError.self) {
                try await OperatorDesk(journal: journal, model: self.model).answer(
                    .correct(refusal.correction, person: "ada"))
            }
            #expect(error?.status == .badData)
            #expect(error?.description.contains(refusal.says) == true, "\(error?.description ?? "")")
            #expect(try await journal.stock(RunEngine.fluidKey) == nil)
            #expect(try await journal.auditEntries().isEmpty)
        }
    }

    @Test func `an engine takes a correction over at once, and refuses it while a run is under way`() async throws {
        try await self.withJournal { journal in
            let laboratory = Laboratory(pumps: [:], valves: [:], relays: [:], potentiostats: [:])
            let executor = StepExecutor(
                laboratory: laboratory, clock: LabClock(), archive: RawArchive(directory: self.folder).keep)
            let engine = try await RunEngine(
                journal: journal, laboratory: laboratory, executor: executor, model: self.model, observe: { _ in })
            let desk = OperatorDesk(journal: journal, engine: engine, laboratory: laboratory, model: self.model)
            let request = OperatorRequest.correct(
                .refilled(node: "Solvent", holds: Volume(2, .litre)), person: "ada")
            _ = try await desk.answer(request)
            #expect(await engine.fluid.vessels["Solvent"]?.content.volume == Volume(2, .litre))
            #expect(try await journal.fluid(of: self.model) == engine.fluid)

            let run = try await journal.createRun(request: .null, requestID: "r", quantity: "q", method: "m")
            let error = await #expect(throws: OperatorError.self) {
                try await desk.answer(.correct(.refilled(node: "Solvent", holds: .zero), person: "ada"))
            }
            #expect(error?.description.contains("run \(run) is under way") == true, "\(error?.description ?? "")")
            #expect(await engine.fluid.vessels["Solvent"]?.content.volume == Volume(2, .litre))

            try await journal.setRunState(run, .failed, reason: "test")
            _ = try await desk.answer(.correct(.refilled(node: "Solvent", holds: .zero), person: "ada"))
            #expect(await engine.fluid.vessels["Solvent"]?.content.isEmpty == true)
        }
    }

    @Test func `the list names stocks, and leaves out bottles that are not in use`() throws {
        let report = try StockReport(self.model, remembering: nil)
        #expect(!report.remembered)
        let reservoirs = report.places.filter { $0.kind == .reservoir }
        #expect(reservoirs.map(\.node) == ["Reservoir3", "Reservoir4", "Reservoir5", "Reservoir6"])
        #expect(reservoirs.map(\.stock) == ["EMC", "EC-EMC", "1.5M-LiPF6-EMC", "1.5M-LiPF6-EC-EMC"])
        #expect(report.places.first { $0.kind == .solvent }?.words == "1000 mL of Solvent")
        #expect(report.places.count { $0.kind == .vial } == 8)
        #expect(report.places.count { $0.kind == .syringe } == 6)
    }

    @Test func `corrections read back from the control socket's line as they were sent`() throws {
        for correction in [
            StockCorrection.refilled(node: "Reservoir6", holds: Volume(50, .millilitre)), .freed(vial: "vial_1"),
            .emptied(waste: "waste_1"),
        ] {
            let request = OperatorRequest.correct(correction, person: "ada")
            #expect(try ControlLine.request(in: ControlLine.asking(request)) == request)
        }
    }

    private func stocks(_ parts: [Double]) -> [FluidSource: Double] {
        Dictionary(uniqueKeysWithValues: zip(self.model.table.stocks.map { FluidSource($0.id) }, parts))
    }

    private func keep(_ portion: FluidPortion, in node: String, _ journal: Journal) async throws {
        var fluid = try FluidState(describing: self.model)
        try fluid.set(node, to: .init(portion, capacity: fluid.vessels[node]?.capacity))
        try await journal.setStock(RunEngine.fluidKey, JSONValue(encoding: fluid))
    }

    private func withJournal(_ body: (Journal) async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: self.folder) }
        let journal = try Journal(in: StateDirectory(path: self.folder))
        try await body(journal)
        try await journal.close()
    }
}
