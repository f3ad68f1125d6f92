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
                .refilled(node: "Reservoir6", holds: Volume(50, .millilitre)), in: self.model, by: "operator")
            #expect(report.after.words == "50 mL of 1.5M-LiPF6-EC-EMC")
            #expect(abs(report.before.volume_mL - 46.68) < 0.01)
            let fluid = try await journal.fluid(of: self.model)
            #expect(fluid.vessels["Reservoir6"]?.content.volume == Volume(50, .millilitre))
            let entry = try #require(try await journal.auditEntries().last)
            #expect(entry.person == "operator" && entry.act == "refill")
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
            let report = try await journal.correct(.freed(vial: "vial_3"), in: self.model, by: "operator")
            #expect(report.before.words == "4 mL of 0.75 1.5M-LiPF6-EC-EMC + 0.25 1.5M-LiPF6-EMC")
            #expect(report.after.words == "nothing")
            #expect(report.after.capacity_mL == 10)
        }
    }

    @Test func `an emptied waste is empty, and nothing else changes`() async throws {
        try await self.withJournal { journal in
            try await self.keep(FluidPortion(.solvent, volume: Volume(1, .litre)), in: "waste_1", journal)
            let before = try await journal.fluid(of: self.model)
            _ = try await journal.correct(.emptied(node: "waste_1"), in: self.model, by: "operator")
            var after = try await journal.fluid(of: self.model)
            #expect(after.vessels["waste_1"]?.content.isEmpty == true)
            try after.set("waste_1", to: try #require(before.vessels["waste_1"]))
            #expect(after == before)
        }
    }

    /// A lot like the one described, half as much.
    private func lot(_ id: String, of reservoir: String = "Reservoir6") throws -> StockLot {
        let stock = try #require(self.model.table.stocks.first { $0.reservoir == reservoir })
        return StockLot(
            id: id, stock: stock.id, massTotal: Measured(stock.massTotal.value * 0.5, uncertainty: Mass(1, .milligram)),
            density: try #require(stock.density), densityTemperature: nil,
            masses: stock.masses.mapValues { Measured($0.value * 0.5, uncertainty: $0.uncertainty) }, batch: "B-\(id)",
            manufacturer: "M", manufacturingDate: "2026-11", references: "")
    }

    @Test func `a lot that is loaded stands in its bottle, is remembered, and is refilled as itself`() async throws {
        try await self.withJournal { journal in
            let desk = OperatorDesk(journal: journal, model: self.model)
            for id in ["1", "2"] {
                let lot = try self.lot(id)
                _ = try await desk.answer(
                    .correct(.loaded(node: "Reservoir6", lot: lot, holds: lot.volume), person: "p"))
            }
            #expect(try await journal.lots().map(\.batch) == ["B-1", "B-2"])
            let again = try await desk.answer(
                .correct(.refilled(node: "Reservoir6", holds: Volume(20, .millilitre)), person: "p")
            ).decode(StockCorrectionReport.self)
            #expect(again.after.words == "20 mL of 1.5M-LiPF6-EC-EMC (lot B-2)")
            let report = try StockReport(self.model, remembering: LabMemory(parsing: try await desk.answer(.memory)))
            #expect(report.places.first { $0.node == "Reservoir6" }?.batch == "B-2")
            let lots = report.lots.filter { $0.reservoir == "Reservoir6" }
            #expect(lots.map(\.batch) == ["MPGX-23-474_1", "B-1", "B-2"])
            #expect(lots.map(\.is_in_use) == [false, false, true])
            #expect(lots[2].in_reservoir_mL == 20 && lots[1].in_reservoir_mL == 0)
            // The line from the bottle still holds what stood in it first.
            #expect(lots[0].elsewhere_mL > 0 && lots[0].elsewhere_mL < 0.1)
            #expect(try await journal.auditEntries().map(\.act) == ["load lot", "load lot", "refill"])
        }
    }

    @Test func `a running engine plans with the lot that was loaded`() async throws {
        try await self.withJournal { journal in
            let engine = try await self.engine(journal)
            let lot = try self.lot("1")
            _ = try await engine.correct(.loaded(node: "Reservoir6", lot: lot, holds: lot.volume), by: "p")
            #expect(await engine.model.table.stocks.first { $0.reservoir == "Reservoir6" }?.batch == "B-1")
            let next = try await self.engine(journal)
            #expect(await next.model.table.lots == [lot])
            #expect(await next.fluid == engine.fluid)
            await #expect(throws: OperatorError.self) {
                try await engine.correct(.loaded(node: "Reservoir6", lot: lot, holds: lot.volume), by: "p")
            }
            await #expect(throws: OperatorError.self) {
                let wrong = try self.lot("2", of: "Reservoir5")
                return try await engine.correct(.loaded(node: "Reservoir6", lot: wrong, holds: wrong.volume), by: "p")
            }
            #expect(await engine.model.table.lots == [lot])
        }
    }

    private func engine(_ journal: Journal) async throws -> RunEngine {
        let laboratory = Laboratory(pumps: [:], valves: [:], relays: [:], potentiostats: [:])
        let executor = StepExecutor(
            laboratory: laboratory, interlocks: Interlocks(laboratory: laboratory, router: self.model.router),
            clock: LabClock(), cellTemperature: self.model.cell.temperature,
            archive: RawArchive(directory: self.folder).keep)
        return try await RunEngine(
            journal: journal, laboratory: laboratory, executor: executor, model: self.model, tenant: "tenant",
            observe: { _ in })
    }

    @Test(arguments: [
        (StockCorrection.refilled(node: "Reservoir9", holds: Volume(1, .millilitre)), "no vessel Reservoir9"),
        (.refilled(node: "V7.0", holds: Volume(1, .millilitre)), "no vessel V7.0"),
        (.refilled(node: "A0.0", holds: Volume(1, .millilitre)), "edge-agent stock empty A0.0"),
        (.refilled(node: "Reservoir1", holds: Volume(1, .millilitre)), "no stock solution stands in Reservoir1"),
        (.refilled(node: "vial_1", holds: Volume(1, .millilitre)), "edge-agent stock free vial_1"),
        (.refilled(node: "waste_1", holds: Volume(1, .millilitre)), "edge-agent stock empty waste_1"),
        (.refilled(node: "Solvent", holds: Volume(-1, .millilitre)), "cannot hold -1 mL"),
        (.refilled(node: "Solvent", holds: Volume(.nan, .millilitre)), "cannot hold"),
        (.refilled(node: "Solvent", holds: Volume(1001, .litre)), "cannot hold"),
        (.freed(vial: "Reservoir6"), "is no vial"), (.freed(vial: "vial_1"), "is empty already"),
        (.emptied(node: "vial_1"), "neither a waste, a reservoir nor a syringe"),
        (.emptied(node: "waste_1"), "is empty already"),
    ])
    func `what cannot be is refused, and leaves neither a change nor an entry`(
        _ correction: StockCorrection, says: String
    ) async throws {
        try await self.withJournal { journal in
            let error = await #expect(throws: OperatorError.self) {
                try await OperatorDesk(journal: journal, model: self.model).answer(
                    .correct(correction, person: "operator"))
            }
            #expect(error?.status == .badData)
            #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
            let kept = try await journal.stock(RunEngine.fluidKey)
            let entries = try await journal.auditEntries()
            #expect(kept == nil)
            #expect(entries.isEmpty)
        }
    }

    @Test func `an engine takes a correction over at once, and refuses it while a run is under way`() async throws {
        try await self.withJournal { journal in
            let engine = try await self.engine(journal)
            let desk = OperatorDesk(journal: journal, engine: engine, model: self.model)
            let request = OperatorRequest.correct(
                .refilled(node: "Solvent", holds: Volume(2, .litre)), person: "operator")
            _ = try await desk.answer(request)
            #expect(await engine.fluid.vessels["Solvent"]?.content.volume == Volume(2, .litre))
            #expect(try await journal.fluid(of: self.model) == engine.fluid)

            let run = try await journal.createRun(request: .null, requestID: "r", quantity: "q", method: "m")
            let error = await #expect(throws: OperatorError.self) {
                try await desk.answer(.correct(.refilled(node: "Solvent", holds: .zero), person: "operator"))
            }
            #expect(error?.description.contains("run \(run) is under way") == true, "\(error?.description ?? "")")
            #expect(await engine.fluid.vessels["Solvent"]?.content.volume == Volume(2, .litre))

            try await journal.setRunState(run, .failed, reason: "test")
            _ = try await desk.answer(.correct(.refilled(node: "Solvent", holds: .zero), person: "operator"))
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
            .emptied(node: "waste_1"),
        ] {
            let request = OperatorRequest.correct(correction, person: "operator")
            let line = try ControlLine.asking(request)
            #expect(try ControlLine.request(in: line.dropLast()) == request)
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
