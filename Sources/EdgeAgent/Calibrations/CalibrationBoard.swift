import Analysis
import DeviceKit
import Methods
import Store

/// What the lab has determined about itself, what is due, and what can be begun: a page's worth.
struct CalibrationBoard: Encodable {
    struct Row: Encodable {
        var kind: String
        var subject: String
        /// Nil where nothing valid was measured.
        var value: Double?
        var uncertainty: Double?
        var unit: String
        /// ISO 8601, UTC; the day alone where no more is known.
        var determined: String
        /// The last day on which it is not too old; nil where it gets never too old, or is not used.
        var expires: String?
        var status: String
        /// Whether it is used, or the newest of its kind.
        var isCurrent: Bool
        /// Nil for what the lab's description says.
        var person: String?
        var run: String?
        /// Why it must not be used.
        var faults: [String]
    }

    struct Densimeter: Encodable {
        var name: String
        var methods: [String]
    }

    /// The newest first.
    var rows: [Row]
    /// In words.
    var due: [String]
    /// Cells that hold something aqueous until somebody says that they are dry.
    var wet: [String]
    /// Standards for the cell constant; empty in a lab that measures no conductivity.
    var standards: [String]
    var densimeter: Densimeter?
    /// Empty vials that a line can be weighed with, one of each line.
    var vials: [String]

    /// - Parameters:
    ///   - calibrations: each once.
    ///   - day: ISO date.
    init(_ lab: LabModel, _ fluid: FluidState, _ calibrations: [Calibration], on day: String) {
        var seen: Set<[String]> = []
        self.rows = calibrations.sorted { $1.id < $0.id }.map { one in
            let isNewest = seen.insert([one.kind, one.subject]).inserted
            return Row(one, lab.standing(of: CalibrationRecord(one), on: day), isNewest: isNewest)
        }
        if let standing = lab.standingOfDescribedConstant(on: day) {
            self.rows.append(Row(describedConstantOf: lab.cell, standing))
        }
        // What to type at a terminal is left out.
        self.due = lab.calibrationsDue(on: day).map { due in
            String(due.prefix(upTo: due.firstRange(of: "; ")?.lowerBound ?? due.endIndex))
        }
        self.wet = StockReport(lab, fluid, remembered: true).places.filter { $0.kind == .cell }.map(\.node)
        self.standards = lab.conductivity == nil ? [] : CellConstantDetermination.standards
        self.densimeter = lab.densimeter.map {
            Densimeter(name: $0.densimeter, methods: $0.methods.map(\.name))
        }
        self.vials = lab.vialLines.compactMap { line in
            line.vials.first { fluid.vessels[$0]?.content.liquidVolume == .zero }
        }
    }
}

extension CalibrationBoard.Row {
    fileprivate init(_ one: Calibration, _ standing: CalibrationStanding, isNewest: Bool) {
        let report = CalibrationReport(one)
        self.init(
            kind: one.kind, subject: one.subject, value: one.value, uncertainty: one.uncertainty, unit: one.unit,
            determined: one.determined.text, expires: standing.lastDay, status: standing.status.rawValue,
            isCurrent: isNewest || [.valid, .expired].contains(standing.status), person: one.person, run: report.run,
            faults: report.faults)
    }

    fileprivate init(describedConstantOf cell: ConductivityCell, _ standing: CalibrationStanding) {
        self.init(
            kind: CellConstantDetermination.kind, subject: cell.instrument,
            value: cell.constant.value.in(.perCentimetre), uncertainty: cell.constant.uncertainty.in(.perCentimetre),
            unit: Unit<CellConstantDimension>.perCentimetre.symbol, determined: cell.constantDetermined,
            expires: standing.lastDay, status: standing.status.rawValue, isCurrent: true, faults: [])
    }
}

extension AgentConsole {
    func calibrations() async throws -> CalibrationBoard {
        let current = try await self.journal.currentCalibrations()
        let newest = try await self.journal.calibrations(limit: 50)
        let others = current.filter { one in !newest.contains { $0.id == one.id } }
        return try await CalibrationBoard(
            self.desk.present(self.model), self.desk.fluid(of: self.model), newest + others,
            on: String(self.journal.now().text.prefix(10)))
    }
}
