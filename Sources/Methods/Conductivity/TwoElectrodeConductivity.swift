public import Analysis
import DeviceKit
public import Protocols

/// `conductivity/two_electrode`: mixes the formulation, pushes it through the two-electrode cell, and measures the
/// impedance of consecutive portions.
public struct TwoElectrodeConductivity: Method {
    public let quantity = "conductivity"
    public let name = "two_electrode"
    private let lab: LabModel
    private let settings: ConductivitySettings

    public init(_ lab: LabModel, _ settings: ConductivitySettings) {
        self.lab = lab
        self.settings = settings
    }

    public var limitations: JSONValue {
        let temperature = self.lab.cell.temperature.reading.value.in(.kelvin)
        let tolerance = self.settings.temperatureTolerance.in(.kelvin)
        return [
            [
                "formulation": self.lab.formulationLimitations,
                "temperature": [["min": .number(temperature - tolerance), "max": .number(temperature + tolerance)]],
            ]
        ]
    }

    public func prepare(
        _ parameters: JSONValue, sample: SampleIdentity, in situation: LabSituation
    ) throws(RequestRefusal) -> PreparedRun {
        try self.checkTemperature(parameters["temperature"]?.double, in: situation)
        let components = try FormulationComponent.list(parameters["formulation"])
        var planner = LiquidPlanner(self.lab, fluid: situation.fluid, on: sample.date)
        let first = try planner.volumeToReach(self.lab.cell)
        let portions = Double(self.settings.repeats - 1)
        let mixture = try planner.mixture(
            for: components, collecting: first + self.lab.cell.sampleVolume * portions, after: situation.standing)
        try planner.prime(mixture)
        for repetition in 0..<self.settings.repeats {
            try planner.fill(
                self.lab.cell, with: mixture, volume: repetition == 0 ? first : self.lab.cell.sampleVolume)
            planner.measure(self.lab.cell, self.settings.sweep, repetition: repetition, of: self.settings.repeats)
        }
        let plan = planner.takePlan(summary: [mixture.words, "\(self.settings.repeats) portions through the cell"])
        try planner.rinse(self.lab.cell)
        try planner.dry(self.lab.cell)
        return PreparedRun(
            sample: sample, requested: mixture.requested, recipe: mixture.recipe.volumeFractions,
            temperature: situation.cellTemperature, plan: plan,
            cleanup: planner.takePlan(summary: ["rinse and dry the cell"]))
    }

    public func result(
        of run: PreparedRun, outcomes: [StepOutcome], fluid: FluidState
    ) throws(RequestRefusal) -> MethodResult {
        let measurements = outcomes.compactMap { outcome -> StepOutcome.Measurement? in
            if case .measured(let measurement) = outcome { measurement } else { nil }
        }
        let sample = try DosedSample(
            run, content: Self.meanContent(measurements), outcomes: outcomes, in: self.lab)
        guard let calibration = CellConstantCalibration(self.lab.cell.constant, date: self.lab.cell.constantDetermined)
        else { throw RequestRefusal(.unservable, "the cell constant \(self.lab.cell.constant.value) is not usable") }
        let evaluation = ConductivityEvaluation(spectra: measurements.map(\.points), cell: calibration)
        let measured = Self.meanTemperature(measurements)
        let temperature = JSONValue.number((measured ?? run.temperature).value.in(.kelvin))
        let values = evaluation.repeats.compactMap(\.conductivity).map {
            JSONValue.number($0.value.in(.siemensPerMetre))
        }
        var details = sample.details(run, in: self.lab)
        let expiry = self.lab.cell.expiry(on: run.sample.date)
        details["conductivity"] = self.details(evaluation, temperature: measured ?? run.temperature, expiry: expiry)
        details["temperature_source"] = self.temperatureSource(isOfMeasurement: measured != nil)
        details["raw_files"] = .array(
            measurements.map { ["path": .string($0.rawFile.path), "sha256": .string($0.rawFile.sha256)] })
        return MethodResult(
            parameters: [
                "formulation": sample.actual.composition.json(using: self.lab.table), "temperature": temperature,
            ],
            data: [
                "run_info": sample.runInfo(run, in: self.lab),
                "conductivity": [
                    "values": .array(values), "temperature": temperature,
                    "meta": [
                        "success": .bool(evaluation.isSuccess),
                        "rating": .integer(
                            Int64(min(sample.rating.score, evaluation.rating, expiry == nil ? 5 : Self.expiredRating))),
                    ],
                ],
                "details": .object(details),
            ],
            rawFiles: measurements.map(\.rawFile))
    }

    /// With a cell constant that is too old: it may stand for an error of up to 2 %.
    private static let expiredRating = 3

    /// The portions are one mixture; the mean of what stood in the cell is what the mean conductivity belongs to.
    private static func meanContent(_ measurements: [StepOutcome.Measurement]) -> [String: Double] {
        measurements.reduce(into: [:]) { sum, measurement in
            for (source, fraction) in measurement.content {
                sum[source, default: 0] += fraction / Double(measurements.count)
            }
        }
    }

    /// Of the portions, if each was read; how far they lie apart adds to the uncertainty.
    private static func meanTemperature(
        _ measurements: [StepOutcome.Measurement]
    ) -> Measured<TemperatureDimension>? {
        let readings = measurements.compactMap(\.temperature)
        guard !readings.isEmpty, readings.count == measurements.count else { return nil }
        let count = Double(readings.count)
        let mean = readings.reduce(0) { $0 + $1.value.si } / count
        let variance = readings.reduce(0) { sum, one in
            let deviation = one.value.si - mean
            return sum + (one.uncertainty.si * one.uncertainty.si + deviation * deviation) / count
        }
        return Measured(Temperature(si: mean), uncertainty: Temperature(si: variance.squareRoot()))
    }

    /// Which thermometer was read and when, or when an operator read the temperature that was taken.
    private func temperatureSource(isOfMeasurement: Bool) -> JSONValue {
        let temperature = self.lab.cell.temperature
        guard let thermometer = temperature.thermometer else {
            return ["operator_read_unix_s": .integer(temperature.readAt)]
        }
        return [
            "thermometer": .string(thermometer),
            "read": .string(isOfMeasurement ? "with each measurement" : "before the run"),
        ]
    }

    private func checkTemperature(_ requested: Double?, in situation: LabSituation) throws(RequestRefusal) {
        let cell = situation.cellTemperature.value
        guard situation.temperatureAge <= self.lab.cell.temperature.maximumAge else {
            throw RequestRefusal(
                .notNow,
                "the reading of the cell's temperature is older than its limit; read it and update the lab's description"
            )
        }
        guard let requested else { return }
        let difference = (Temperature(requested, .kelvin) - cell).magnitude
        guard difference <= self.settings.temperatureTolerance else {
            throw RequestRefusal(
                .notNow,
                "asked for at \(Temperature(requested, .kelvin)), but the cell is at \(cell) and not thermostatted")
        }
    }

    private func details(
        _ evaluation: ConductivityEvaluation, temperature: Measured<TemperatureDimension>, expiry: String?
    ) -> JSONValue {
        let repeats = evaluation.repeats.map { one -> JSONValue in
            switch one.resistance {
            case .failure(let error): return ["error": .string("\(error)")]
            case .success(let estimate):
                return [
                    "resistance_ohm": .number(estimate.resistance.value.in(.ohm)),
                    "resistance_uncertainty_ohm": .number(estimate.resistance.uncertainty.in(.ohm)),
                    "circuit": estimate.fit.map { .string($0.circuit.description) } ?? .null,
                    "quality": .string(estimate.quality.rawValue),
                    "failed_gates": .array(estimate.failedGates.map { .string($0.description) }),
                ]
            }
        }
        return [
            "mean_S_per_m": evaluation.conductivity.map { .number($0.value.in(.siemensPerMetre)) } ?? .null,
            "uncertainty_S_per_m": evaluation.conductivity.map { .number($0.uncertainty.in(.siemensPerMetre)) }
                ?? .null,
            "cell_constant_per_cm": .number(self.lab.cell.constant.value.in(.perCentimetre)),
            "cell_constant_uncertainty_per_cm": .number(self.lab.cell.constant.uncertainty.in(.perCentimetre)),
            "cell_constant_determined": .string(self.lab.cell.constantDetermined),
            "cell_constant_calibration": self.lab.cell.calibration.map(JSONValue.string) ?? .null,
            "rated_down_because": .array(expiry.map { [.string($0)] } ?? []),
            "temperature_uncertainty_K": .number(temperature.uncertainty.in(.kelvin)),
            "drift_relative": evaluation.drift.map { .number($0.relativeChange) } ?? .null,
            "repeats": .array(repeats),
        ]
    }
}
