public import Analysis
import DeviceKit
public import Protocols

/// `electrolyte/flow`: mixes the formulation and delivers a volume of it into a free vial.
public struct ElectrolyteFlow: Method {
    public let quantity = "electrolyte"
    public let name = "flow"
    private let lab: LabModel
    private let settings: ElectrolyteSettings

    public init(_ lab: LabModel, _ settings: ElectrolyteSettings) {
        self.lab = lab
        self.settings = settings
    }

    public var limitations: JSONValue {
        [
            [
                "electrolyte": ["formulation": self.lab.formulationLimitations],
                "volume": [
                    [
                        "min": .number(self.settings.smallestVolume.in(.millilitre)),
                        "max": .number(self.settings.largestVolume.in(.millilitre)),
                    ]
                ],
            ]
        ]
    }

    public func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        let components = try FormulationComponent.list(parameters["electrolyte"]?["formulation"])
        guard let number = parameters["volume"]?.double, number.isFinite else {
            throw RequestRefusal(.unservable, "the request states no volume")
        }
        let volume = Volume(number, .millilitre)
        guard (self.settings.smallestVolume...self.settings.largestVolume).contains(volume) else {
            throw RequestRefusal(
                .unservable,
                "\(volume) is outside \(self.settings.smallestVolume) to \(self.settings.largestVolume) for one vial")
        }
        guard let vial = self.lab.handling.vials.first(where: { situation.fluid.isFreeVial($0) }) else {
            let first = self.lab.handling.vials.first ?? "VIAL"
            throw RequestRefusal(
                .notNow,
                "no vial is free; put an empty one in the place of a filled one, then `edge-agent stock free \(first)`")
        }
        var planner = LiquidPlanner(self.lab, fluid: situation.fluid, on: sample.date)
        let mixture = try planner.chooseRecipe(for: components, collecting: volume)
        try planner.prime(mixture)
        try planner.fill(vial, with: mixture, volume: volume)
        let plan = planner.takePlan(summary: [mixture.words, "\(volume) into \(vial)"])
        try planner.rinseVialLine(vial)
        try planner.dryVialLine(vial)
        return PreparedRun(
            sample: sample, requested: mixture.requested, recipe: mixture.recipe.volumeFractions,
            temperature: situation.cellTemperature, vial: vial, volume: volume, plan: plan,
            cleanup: planner.takePlan(summary: ["rinse and dry the line to the vials"]))
    }

    public func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult {
        let vial = run.vial.flatMap { fluid.vessels[$0]?.content } ?? FluidPortion()
        let sample = try DosedSample(run, content: vial.liquid?.shares ?? [:], outcomes: outcomes, in: self.lab)
        let collected = vial.liquidVolume
        let volume = JSONValue.number(collected.in(.millilitre))
        let location: JSONValue = [
            "address": .string(self.lab.address), "detail_1": .string(self.lab.machine),
            "detail_2": run.vial.map(JSONValue.string) ?? .null,
        ]
        var details = sample.details(run, in: self.lab)
        details["volume_uncertainty_mL"] = .number(collected.in(.millilitre) * self.lab.handling.doseUncertainty)
        let formulation = sample.actual.composition.json(using: self.lab.table)
        return MethodResult(
            parameters: ["electrolyte": ["formulation": formulation], "volume": volume],
            data: [
                "run_info": sample.runInfo(run, location: location, in: self.lab),
                "electrolyte": [
                    "formulation": formulation, "volume": volume, "location": location,
                    "meta": ["success": .bool(collected > .zero), "rating": .integer(Int64(sample.rating.score))],
                ],
                "details": .object(details),
            ],
            rawFiles: [])
    }
}
