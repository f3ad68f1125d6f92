import Analysis
import DeviceKit
import Protocols

/// The constant of the conductivity cell by a potassium chloride standard, K = κ(T)·R, from several fillings by hand.
public struct CellConstantDetermination: Sendable, Hashable, Codable {
    public static let kind = "cell constant"
    /// Relative standard uncertainty of the standards' conductivities, those of 0.1 and 1 mol/kg (CRC Handbook).
    private static let standardUncertainty = 0.0004
    /// Fillings that differ by more are no repeats of one measurement.
    private static let largestScatter = 0.01
    /// A cell that changes by more is broken, or was filled with another standard than was said.
    private static let largestChange = 0.2

    /// By its molality; bottles made up by volume are others.
    public var standard: String
    /// Lot of the standard as its bottle says.
    public var lot: String
    public var fillings: Int

    public init(standard: String, lot: String, fillings: Int) {
        self.standard = standard
        self.lot = lot
        self.fillings = fillings
    }

    /// The standards by their words.
    public static var standards: [String] { PotassiumChlorideStandard.allCases.map(\.rawValue) }

    func prepare(
        _ sample: SampleIdentity, of lab: LabModel, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        let standard = try self.potassiumChloride()
        guard let sweep = lab.conductivity?.sweep else {
            throw RequestRefusal(.unservable, "this lab measures no conductivity; its cell has no sweep")
        }
        guard (1...10).contains(self.fillings) else {
            throw RequestRefusal(.unservable, "1 to 10 fillings can be asked for")
        }
        let cell = lab.cell
        var planner = LiquidPlanner(lab, fluid: situation.fluid, on: sample.date)
        try planner.cleanBeforeWater(cell)
        for filling in 0..<self.fillings {
            planner.ask(
                "fill the cell \(cell.instrument) by hand, \(filling + 1) of \(self.fillings)",
                self.question(filling, standard, cell))
            planner.measure(cell, sweep, repetition: filling, of: self.fillings)
        }
        try planner.cleanAfterWater(cell)
        let plan = planner.takePlan(
            summary: [
                "constant of the cell \(cell.instrument) by KCl \(standard.rawValue), \(self.fillings) fillings by hand"
            ])
        try planner.rinse(cell)
        try planner.dry(cell)
        return PreparedRun(
            sample: sample, requested: [:], recipe: [:], temperature: situation.cellTemperature, plan: plan,
            cleanup: planner.takePlan(summary: ["rinse and dry the cell"]))
    }

    private func question(_ filling: Int, _ standard: PotassiumChlorideStandard, _ cell: ConductivityCell) -> Question {
        let first =
            "Take the cell \(cell.instrument) off both of its tubes: no water may get into them, it would form HF with what "
            + "LiPF6 has left. Flush it by hand twice with KCl \(standard.rawValue) (lot \(self.lot)), and fill it "
            + "without a bubble."
        let next = "Empty the cell, flush it with fresh KCl \(standard.rawValue), and fill it again without a bubble."
        let temperature = Question.Entry(
            number: "temperature", label: "temperature of the standard in the cell", unit: "K", from: 273.15, to: 323.15
        )
        return Question(
            text: filling == 0 ? first : next,
            choices: [
                .init(
                    answer: "filled", meaning: "it is filled and at rest; it is measured now",
                    entries: cell.temperature.thermometer == nil ? [temperature] : nil)
            ], topic: CellConstantDetermination.kind)
    }

    func finding(
        _ run: PreparedRun, _ outcomes: [StepOutcome], of lab: LabModel
    ) throws(RequestRefusal) -> CalibrationFinding {
        let standard = try self.potassiumChloride()
        let measurements = outcomes.compactMap { outcome -> StepOutcome.Measurement? in
            if case .measured(let measurement) = outcome { measurement } else { nil }
        }
        let entered = outcomes.entries("temperature")
        guard
            let unit = CellConstantCalibration(
                Measured(CellConstant(1, .perCentimetre), uncertainty: .zero), date: run.sample.date)
        else { throw RequestRefusal(.unservable, "no cell constant") }
        let evaluation = ConductivityEvaluation(spectra: measurements.map(\.points), cell: unit)
        var constants: [Measured<CellConstantDimension>] = []
        var fillings: [JSONValue] = []
        var faults: [String] = []
        for (index, one) in evaluation.repeats.enumerated() {
            let temperature: Measured<TemperatureDimension>
            if let read = measurements[index].temperature {
                temperature = read
            } else if entered.indices.contains(index) {
                temperature = Measured(
                    try Temperature(entered: entered[index]), uncertainty: lab.cell.temperature.reading.uncertainty)
            } else {
                throw RequestRefusal(.notNow, "the temperature of filling \(index + 1) is not known")
            }
            switch one.resistance {
            case .failure(let error): faults.append("filling \(index + 1): \(error)")
            case .success(let estimate):
                guard
                    let found = CellConstantCalibration(
                        standard: standard, standardUncertainty: Self.standardUncertainty,
                        resistance: estimate.resistance, temperature: temperature, date: run.sample.date)
                else {
                    faults.append(
                        "filling \(index + 1): \(estimate.resistance.value) at \(temperature.value) gives no constant")
                    continue
                }
                faults += estimate.failedGates.map { "filling \(index + 1): \($0)" }
                constants.append(found.constant)
                fillings.append([
                    "resistance_ohm": .number(estimate.resistance.value.in(.ohm)),
                    "temperature_K": .number(temperature.value.in(.kelvin)),
                    "constant_per_cm": .number(found.constant.value.in(.perCentimetre)),
                ])
            }
        }
        let mean = Self.mean(constants)
        if let mean, mean.scatter > Self.largestScatter {
            faults.append("the fillings differ by \((mean.scatter * 1e3).rounded() / 10) % (standard deviation)")
        }
        let before = lab.cell.constant.value
        let change = mean.map { $0.constant.value / before - 1 }
        if let change, change.magnitude > Self.largestChange {
            faults.append(
                "it differs by \((change * 100).rounded()) % from the constant before: look at the standard's bottle, "
                    + "and at the cell; for another cell write its constant into the lab's description first")
        }
        if measurements.isEmpty { faults.append("nothing was measured") }
        return CalibrationFinding(
            subject: lab.cell.instrument, value: mean?.constant.value.in(.perCentimetre),
            uncertainty: mean?.constant.uncertainty.in(.perCentimetre),
            unit: Unit<CellConstantDimension>.perCentimetre.symbol,
            faults: faults,
            detail: [
                "standard": .string("KCl \(standard.rawValue)"), "lot": .string(self.lot), "fillings": .array(fillings),
                "before_per_cm": .number(before.in(.perCentimetre)),
                "relative_change": change.map(JSONValue.number) ?? .null,
            ], rawFiles: measurements.map(\.rawFile))
    }

    /// What scatters between the fillings gets smaller by their number; what standard and temperature contribute does not.
    private static func mean(
        _ constants: [Measured<CellConstantDimension>]
    ) -> (constant: Measured<CellConstantDimension>, scatter: Double)? {
        guard !constants.isEmpty else { return nil }
        let count = Double(constants.count)
        let mean = constants.reduce(0) { $0 + $1.value.si } / count
        let squares = constants.reduce(0) { $0 + ($1.value.si - mean) * ($1.value.si - mean) }
        let deviation = constants.count > 1 ? (squares / (count - 1)).squareRoot() : 0
        let common = constants.reduce(0) { $0 + $1.uncertainty.si } / count
        let uncertainty = (common * common + deviation * deviation / count).squareRoot()
        return (
            Measured(CellConstant(si: mean), uncertainty: CellConstant(si: uncertainty)),
            mean > 0 ? deviation / mean : .infinity
        )
    }

    private func potassiumChloride() throws(RequestRefusal) -> PotassiumChlorideStandard {
        guard let standard = PotassiumChlorideStandard(rawValue: self.standard) else {
            throw RequestRefusal(
                .unservable, "“\(self.standard)” is none of the standards \(Self.standards.joined(separator: ", "))")
        }
        return standard
    }
}
