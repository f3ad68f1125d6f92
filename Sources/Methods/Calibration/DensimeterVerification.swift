public import DeviceKit
import Protocols

/// Whether a densimeter still reads water or air right; adjusting it is done at the instrument.
public struct DensimeterVerification: Sendable, Hashable, Codable {
    public static let kind = "densimeter check"
    /// Largest deviation of the mean from the reference.
    private static let tolerance = Density(1e-4, .gramPerCubicCentimetre)

    public var standard: DensityStandard
    /// Name of one of the instrument's methods in the lab's description; nil takes the first.
    public var method: String?

    public init(standard: DensityStandard, method: String? = nil) {
        self.standard = standard
        self.method = method
    }

    func prepare(
        _ sample: SampleIdentity, of lab: LabModel, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        let (cell, method) = try self.place(in: lab)
        var planner = LiquidPlanner(lab, fluid: situation.fluid, on: sample.date)
        let order = DensimetryOrder(
            method: method.name, number: method.number, temperature: method.temperature, purpose: .check(self.standard))
        switch self.standard {
        case .water: try planner.cleanBeforeWater(cell)
        case .air:
            try planner.rinse(cell)
            try planner.dry(cell)
        }
        planner.ask("fill \(cell.densimeter) with \(self.standard.rawValue) by hand", self.question(cell))
        planner.measure(cell, order, sample, "check with \(self.standard.rawValue) at \(method.temperature)")
        if self.standard == .water { try planner.cleanAfterWater(cell) }
        let plan = planner.takePlan(summary: [
            "check of \(cell.densimeter) with \(self.standard.rawValue), \(method.name)"
        ])
        if self.standard == .water {
            try planner.rinse(cell)
            try planner.dry(cell)
        }
        return PreparedRun(
            sample: sample, requested: [:], recipe: [:],
            temperature: Measured(method.temperature, uncertainty: Temperature(0.03, .kelvin)), plan: plan,
            cleanup: planner.takePlan(summary: self.standard == .water ? ["rinse and dry the densimeter"] : []))
    }

    private func question(_ cell: DensimeterCell) -> Question {
        let pressure = Question.Entry(
            number: "pressure", label: "pressure of the air, not reduced to sea level", unit: "mbar", from: 500,
            to: 1100)
        let text =
            switch self.standard {
            case .water:
                "Take \(cell.densimeter) off both of its tubes: no water may get into them, it would form HF with what LiPF6 "
                    + "has left. Fill it by hand with fresh, air-free, pure water, without a bubble."
            case .air: "Let the lab's air into \(cell.densimeter), which was rinsed and dried, until it is dry inside."
            }
        return Question(
            text: text,
            choices: [.init(answer: "filled", meaning: "it is filled; it is measured now", entries: [pressure])],
            topic: Self.kind)
    }

    func finding(
        _ run: PreparedRun, _ outcomes: [StepOutcome], of lab: LabModel
    ) throws(RequestRefusal) -> CalibrationFinding {
        let (cell, method) = try self.place(in: lab)
        let found = outcomes.compactMap { outcome -> Densimetry? in
            if case .densimetry(let densimetry) = outcome { densimetry } else { nil }
        }
        guard let measured = found.last else { throw RequestRefusal(.notNow, "nothing was measured") }
        guard let pressure = outcomes.entries("pressure").last else {
            throw RequestRefusal(.notNow, "the pressure of the air is not known")
        }
        let check = DensimeterCheck(
            of: measured.readings, with: self.standard, at: method.temperature,
            pressure: try Quantity<PressureDimension>(entered: pressure), tolerance: Self.tolerance)
        // An instrument that cannot measure its standard has failed its check: it holds the next densities down like any other.
        let faults = measured.failure.map { ["the densimeter failed: \($0)"] } ?? check.faults
        let unit = Unit<DensityDimension>.gramPerCubicCentimetre
        return CalibrationFinding(
            subject: cell.subject(of: self.standard),
            value: check.measured.map { density in (density - check.reference).in(unit) },
            uncertainty: check.measured.map { _ in Self.tolerance.in(unit) / 2 }, unit: unit.symbol, faults: faults,
            detail: [
                "standard": .string(self.standard.rawValue), "method": .string(method.name),
                "reference_g_per_cm3": .number(check.reference.in(unit)),
                "measured_g_per_cm3": check.measured.map { .number($0.in(unit)) } ?? .null,
                "temperature_K": .number(method.temperature.in(.kelvin)), "pressure": .string(pressure),
            ], rawFiles: measured.rawFiles)
    }

    private func place(
        in lab: LabModel
    ) throws(RequestRefusal) -> (cell: DensimeterCell, method: DensimeterCell.InstrumentMethod) {
        guard let cell = lab.densimeter else { throw RequestRefusal(.unservable, "this lab has no densimeter") }
        guard let method = cell.methods.first(where: { $0.name == self.method ?? $0.name }) else {
            let known = cell.methods.map(\.name).joined(separator: ", ")
            throw RequestRefusal(.unservable, "the densimeter has no method “\(self.method ?? "")”; it has \(known)")
        }
        return (cell, method)
    }
}
