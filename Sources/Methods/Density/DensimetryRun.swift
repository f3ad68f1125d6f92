import Analysis
import DeviceKit
import Protocols

/// What density and viscosity have in common: one filling, measured by one instrument, gives both.
struct DensimetryRun: Sendable {
    /// Of the cell's temperature, standard; figure of the instrument's class, unverified.
    private static let temperatureUncertainty = Temperature(0.03, .kelvin)
    /// Beyond this the densities of the stocks and the measured one do not belong to one liquid.
    private static let plausible = Density(0.03, .gramPerCubicCentimetre)

    let lab: LabModel
    let cell: DensimeterCell
    let settings: DensimetrySettings
    let needsViscosity: Bool

    var limitations: JSONValue {
        let able = self.cell.methods.filter { $0.measuresViscosity || !self.needsViscosity }
        let tolerance = self.settings.temperatureTolerance.in(.kelvin)
        let ranges = able.map { method -> JSONValue in
            let kelvin = method.temperature.in(.kelvin)
            return ["min": .number(kelvin - tolerance), "max": .number(kelvin + tolerance)]
        }
        return [["formulation": self.lab.formulationLimitations, "temperature": .array(ranges)]]
    }

    func prepare(
        _ parameters: JSONValue, _ sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        let requested = parameters["temperature"]?.double.map { Temperature($0, .kelvin) }
        let method = try self.cell.method(
            at: requested, within: self.settings.temperatureTolerance, needsViscosity: self.needsViscosity)
        let components = try FormulationComponent.list(parameters["formulation"])
        var planner = LiquidPlanner(self.lab, fluid: situation.fluid, on: sample.date)
        let volume = try planner.volumeToReach(self.cell)
        let mixture = try planner.mixture(for: components, collecting: volume, after: situation.standing)
        let isFilled = situation.standing != nil && self.holds(mixture, planner.fluid)
        if !isFilled {
            try planner.prime(mixture)
            try planner.fill(self.cell, with: mixture, volume: volume)
        }
        planner.measure(self.cell, method, sample)
        let plan = planner.takePlan(
            summary: [
                mixture.words, "\(isFilled ? "as it stands in" : "into") \(self.cell.densimeter), \(method.name)",
            ])
        if !isFilled {
            try planner.rinse(self.cell)
            try planner.dry(self.cell)
        }
        return PreparedRun(
            sample: sample, requested: mixture.requested, recipe: mixture.recipe.volumeFractions,
            temperature: Measured(method.temperature, uncertainty: Self.temperatureUncertainty), plan: plan,
            cleanup: planner.takePlan(summary: isFilled ? [] : ["rinse and dry the densimeter"]))
    }

    /// Whether the cell is full of the mixture: whoever filled it leaves the cleaning to its own run.
    private func holds(_ mixture: Mixture, _ fluid: FluidState) -> Bool {
        guard let edge = self.lab.router.graph.cell(of: self.cell.instrument), let liquid = mixture.liquid,
            let content = fluid.content(of: edge).liquid
        else { return false }
        return content.foreignFraction(to: liquid) < 1e-3
    }

    /// - Parameter quantity: the one that was asked for; the other travels with it.
    func result(
        of run: PreparedRun, _ outcomes: [StepOutcome], _ quantity: String
    ) throws(RequestRefusal) -> MethodResult {
        let found = outcomes.compactMap { outcome -> Densimetry? in
            if case .densimetry(let densimetry) = outcome { densimetry } else { nil }
        }
        guard let measured = found.last else { throw RequestRefusal(.notNow, "nothing was measured") }
        if let failure = measured.failure { throw RequestRefusal(.notNow, "the densimeter failed: \(failure)") }
        let sample = try DosedSample(run, content: measured.content, outcomes: outcomes, in: self.lab)
        let temperatures = measured.readings.compactMap(\.temperature)
        let mean =
            temperatures.isEmpty ? run.temperature.value : temperatures.reduce(.zero, +) / Double(temperatures.count)
        let kelvin = mean.in(.kelvin)
        var doubts: [(rating: Int, reason: String)] = []
        if (mean - run.temperature.value).magnitude > Temperature(0.05, .kelvin) {
            doubts.append((2, "the cell was at \(mean), not at \(run.temperature.value)"))
        }
        if let gas = measured.content["gas"], gas > 1e-3 {
            doubts.append((1, "\(gas) of the cell's volume should be gas by what was pushed into it"))
        }
        if let doubt = self.lab.densimeter?.checkDoubt(on: run.sample.date) { doubts.append(doubt) }
        let density = self.density(measured, run, doubts)
        var data: JSONObject = ["run_info": sample.runInfo(run, in: self.lab)]
        var details = sample.details(run, in: self.lab)
        data["density"] = density.output(temperature: kelvin, mixture: sample.rating.score)
        details["density"] = density.details(unit: "g_per_cm3")
        if measured.readings.contains(where: { $0.viscosityCondition != nil }) {
            // A density that is not what it should be spoils the viscosity, too: it is in its formula.
            let inherited = density.values.isEmpty ? [(0, "the density that it is computed with is not valid")] : []
            let viscosity = self.viscosity(measured, doubts + inherited)
            data["viscosity"] = viscosity.output(temperature: kelvin, mixture: sample.rating.score)
            details["viscosity"] = viscosity.details(unit: "mPa_s")
        } else if quantity == "viscosity" {
            throw RequestRefusal(.notNow, "the instrument's result has no viscosity; see the method's output there")
        }
        details["densimeter_check"] = self.lab.densimeter?.lastCheck.map(JSONValue.init(check:)) ?? .null
        details["densimeter_air_check"] = self.lab.densimeter?.lastAirCheck.map(JSONValue.init(check:)) ?? .null
        details["temperature_uncertainty_K"] = .number(run.temperature.uncertainty.in(.kelvin))
        details["raw_files"] = .array(
            measured.rawFiles.map { ["path": .string($0.path), "sha256": .string($0.sha256)] })
        data["details"] = .object(details)
        return MethodResult(
            parameters: [
                "formulation": sample.actual.composition.json(using: self.lab.table), "temperature": .number(kelvin),
            ], data: .object(data), rawFiles: measured.rawFiles)
    }

    private func density(
        _ measured: Densimetry, _ run: PreparedRun, _ doubts: [(rating: Int, reason: String)]
    ) -> RepeatedValue {
        var doubts = doubts
        let values = measured.readings.compactMap(\.validDensity)
        let ideal = try? Recipe(stockVolumes: run.recipe, using: self.lab.table).density(using: self.lab.table)
        if let ideal, !values.isEmpty, case let mean = values.reduce(.zero, +) / Double(values.count),
            (mean - ideal).magnitude > Self.plausible
        {
            doubts.append(
                (1, "\(mean) is far from the \(ideal) that the stocks' densities give: a bubble, or another liquid"))
        }
        return RepeatedValue(
            measured.readings.map { ($0.validDensity?.in(.gramPerCubicCentimetre), $0.densityCondition) },
            own: self.settings.densityUncertainty.in(.gramPerCubicCentimetre), scatter: (2e-4, 1e-3), doubts: doubts)
    }

    private func viscosity(_ measured: Densimetry, _ doubts: [(rating: Int, reason: String)]) -> RepeatedValue {
        let values = measured.readings.compactMap(\.validViscosity).map { $0.in(.millipascalSecond) }
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        return RepeatedValue(
            measured.readings.map { ($0.validViscosity?.in(.millipascalSecond), $0.viscosityCondition ?? "") },
            own: self.settings.viscosityUncertainty * mean, scatter: (0.015 * mean, 0.05 * mean), doubts: doubts)
    }
}

extension JSONValue {
    /// The check of a densimeter that was the last one when it measured.
    fileprivate init(check: CalibrationRecord) {
        self = [
            "calibration": .string(check.id), "determined": .string(check.determined), "passed": .bool(check.isPassed),
            "deviation_g_per_cm3": check.value.map(JSONValue.number) ?? .null,
        ]
    }
}
