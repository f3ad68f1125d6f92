import Analysis
public import DeviceKit
import Protocols

/// The volume of the line to the vials by weighing: it is filled with the solvent up to the valve that the vials branch off
/// at, and blown out into a vial. The vial's own tube is dry then, and is not in it.
public struct LineVolumeDetermination: Sendable, Hashable, Codable {
    public static let kind = "line volume"
    /// What the tubing's table said then, in the calibration's detail.
    public static let describedKey = "by_table_mL"
    /// Standard uncertainty of a mass on the balance.
    private static let massUncertainty = Mass(1, .milligram)
    /// Beyond this the tubing is not what its table says.
    private static let largestDeviation = 0.05

    /// Node of the vial.
    public var vial: String
    /// Of the solvent, at the lab's temperature.
    public var density: Measured<DensityDimension>

    public init(vial: String, density: Measured<DensityDimension>) {
        self.vial = vial
        self.density = density
    }

    func prepare(
        _ sample: SampleIdentity, of lab: LabModel, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        guard lab.handling.vials.contains(self.vial) else {
            throw RequestRefusal(
                .unservable, "“\(self.vial)” is none of the vials \(lab.handling.vials.joined(separator: ", "))")
        }
        guard situation.fluid.isFreeVial(self.vial) else {
            throw RequestRefusal(
                .notNow,
                "\(self.vial) is not empty; put an empty one in its place, then `edge-agent stock free \(self.vial)`")
        }
        let line = try lab.vialLine(to: self.vial)
        var planner = LiquidPlanner(lab, fluid: situation.fluid, on: sample.date)
        planner.ask(
            "weigh an empty vial",
            Self.question(
                "Weigh an empty, dry vial without its lid, and put it in the place of \(self.vial).", "empty",
                "placed"))
        try planner.rinseVialLine(self.vial)
        try planner.blowOut(into: self.vial)
        let expected = planner.fluid.vessels[self.vial]?.content.liquidVolume ?? .zero
        planner.ask(
            "weigh the vial again",
            Self.question(
                "Take \(self.vial) out and weigh it at once. Put an empty one in its place, then say so by "
                    + "`edge-agent stock free \(self.vial)` when this run has ended.", "full", "weighed"))
        let plan = planner.takePlan(summary: [
            "volume of the line \(line.subject) by weighing what it gives into \(self.vial), \(line.described) by the "
                + "tubing's table"
        ])
        try planner.rinseVialLine(self.vial)
        try planner.dryVialLine(self.vial)
        return PreparedRun(
            sample: sample, requested: [:], recipe: [:], temperature: situation.cellTemperature, vial: self.vial,
            volume: expected, plan: plan, cleanup: planner.takePlan(summary: ["rinse and dry the line to the vials"]))
    }

    private static func question(_ text: String, _ name: String, _ answer: String) -> Question {
        let mass = Question.Entry(number: "mass", label: "mass of the \(name) vial", unit: "g", from: 0.1, to: 500)
        return Question(
            text: text, choices: [.init(answer: answer, meaning: "its mass is", entries: [mass])], topic: Self.kind)
    }

    func finding(
        _ run: PreparedRun, _ outcomes: [StepOutcome], of lab: LabModel
    ) throws(RequestRefusal) -> CalibrationFinding {
        let entered = outcomes.entries("mass")
        guard entered.count == 2 else {
            throw RequestRefusal(.notNow, "the vial was weighed \(entered.count) times, not twice")
        }
        let (empty, full) = (try Mass(entered: entered[0]), try Mass(entered: entered[1]))
        let volume = self.volume(of: full - empty)
        let relative = [
            Self.massUncertainty.si * 2.0.squareRoot() / max((full - empty).si, .leastNormalMagnitude),
            self.density.relativeUncertainty,
        ].reduce(0) { $0 + $1 * $1 }.squareRoot()
        let line = try lab.vialLine(to: self.vial)
        let deviation = volume / line.described - 1
        var faults: [String] = []
        if !(abs(deviation) <= max(Self.largestDeviation, 3 * relative)) {
            faults.append(
                "\(volume) came out, the tubing's table says \(line.described): look for a leak or a bubble, or correct the table"
            )
        }
        return CalibrationFinding(
            subject: line.subject, value: volume.in(.millilitre),
            uncertainty: abs(volume.in(.millilitre)) * relative, unit: Unit<VolumeDimension>.millilitre.symbol,
            faults: faults,
            detail: [
                "empty_g": .number(empty.in(.gram)), "full_g": .number(full.in(.gram)),
                "density_g_per_mL": .number(self.density.value.in(.gramPerMillilitre)),
                Self.describedKey: .number(line.described.in(.millilitre)),
                "relative_deviation": .number(deviation), "into": .string(self.vial),
            ], rawFiles: [])
    }

    /// With the buoyancy of air (1.2 mg/mL) on liquid and weights (8 g/mL).
    private func volume(of mass: Mass) -> Volume {
        let air = 1.2e-3
        let correction = (1 - air / 8) / (1 - air / self.density.value.in(.gramPerMillilitre))
        return Volume(si: mass.si * correction / self.density.value.si)
    }
}
