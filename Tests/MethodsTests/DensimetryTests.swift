import Analysis
import DeviceKit
import Protocols
import Testing

@testable import Methods

/// Density and viscosity, from request to result.
@Suite struct DensimetryTests {
    static let cell = DensimeterCell(
        instrument: "densiVisco", densimeter: "densimeter", sampleVolume: Volume(7, .millilitre),
        methods: [
            .init(name: "Density", number: 1, temperature: Temperature(celsius: 20), measuresViscosity: false),
            .init(name: "Lovis_20", number: 2, temperature: Temperature(celsius: 20), measuresViscosity: true),
            .init(name: "Lovis_25", number: 3, temperature: Temperature(celsius: 25), measuresViscosity: true),
        ])
    static let settings = DensimetrySettings(
        temperatureTolerance: Temperature(0.05, .kelvin), densityUncertainty: Density(1e-4, .gramPerCubicCentimetre),
        viscosityUncertainty: 0.005)

    let lab = ExampleLab()
    var model: LabModel {
        var model = self.lab.model
        model.densimeter = Self.cell
        return model
    }
    var density: VibratingTubeDensimetry { VibratingTubeDensimetry(self.model, Self.cell, Self.settings) }
    var viscosity: RollingBallViscometry { RollingBallViscometry(self.model, Self.cell, Self.settings) }

    @Test
    func `a sample is mixed, pushed through the densimeter, measured at the method's temperature, and cleaned away`()
        throws
    {
        let run = try self.prepare(self.density, kelvin: 293.15)
        let last = try #require(run.plan.steps.last)
        guard case .measureDensity("densimeter", let order, "densiVisco") = last.action else {
            Issue.record("the last step is \(last.title)")
            return
        }
        #expect(order.method == "Lovis_20" && order.temperature == Temperature(celsius: 20))
        #expect(Self.collected(run) > 7)
        #expect(!run.cleanup.steps.isEmpty)
        let fluid = try self.carryOut(run)
        let edge = try #require(self.lab.model.router.graph.cell(of: "densiVisco"))
        let content = try #require(fluid.content(of: edge).liquid)
        #expect(content[.gas] < 1e-6 && content[.solvent] < 1e-6)
    }

    @Test func `a densimeter that is started by hand is asked for, under the name that its result is waited for`()
        throws
    {
        var cell = Self.cell
        cell.isStartedByHand = true
        let run = try self.prepare(VibratingTubeDensimetry(self.model, cell, Self.settings), kelvin: 293.15)
        let last = try #require(run.plan.steps.last)
        guard case .measureDensity(_, let order, _) = last.action, let name = order.sampleName,
            case .askOperator(let question)? = run.plan.steps.dropLast().last?.action
        else {
            Issue.record("the last step is \(last.title)")
            return
        }
        #expect(name == run.sample.typedName)
        #expect(question.text.contains("“Lovis_20”") && question.text.contains("“\(name)”"))
        #expect(question.choices.map(\.answer) == [Question.readyAnswer] && question.topic == "densimeter")
        let other = SampleIdentity(request: "another 0ff", id: run.sample.id, date: run.sample.date)
        #expect(other.typedName != name && other.typedName.prefix(7) == name.prefix(7))
    }

    @Test(arguments: [(293.15, "Lovis_20"), (298.12, "Lovis_25")])
    func `the method is the one of the temperature asked for`(_ kelvin: Double, _ name: String) throws {
        let run = try self.prepare(self.viscosity, kelvin: kelvin)
        #expect(run.plan.summary.contains { $0.contains(name) })
    }

    @Test func `a temperature that no method has is refused, and those that there are named`() throws {
        let refusal = #expect(throws: RequestRefusal.self) { try self.prepare(self.density, kelvin: 310) }
        #expect(refusal?.kind == .unservable)
        #expect(refusal?.reason.contains("293.15 K") == true)
    }

    @Test func `valid repeats are rated 5, with the viscosity in the density's result`() throws {
        let result = try self.result(self.density, [Self.reading(), Self.reading(), Self.reading()])
        #expect(Self.rating(result, "density") == 5 && Self.rating(result, "viscosity") == 5)
        #expect(result.data["density"]?["values"]?.array?.count == 3)
        #expect(result.data["details"]?["density"]?["uncertainty_g_per_cm3"]?.double.map { $0 >= 1e-4 } == true)
        #expect(result.data["details"]?["raw_files"]?.array?.count == 1)
    }

    @Test func `repeats that the instrument does not stand by take points off, and the reason is said`() throws {
        var bad = Self.reading()
        bad.viscosity = nil
        bad.viscosityCondition = "FW/BW dev. too high"
        let result = try self.result(self.viscosity, [Self.reading(), bad, Self.reading()])
        #expect(Self.rating(result, "density") == 5 && Self.rating(result, "viscosity") == 3)
        #expect(result.data["viscosity"]?["values"]?.array?.count == 2)
        #expect(Self.reasons(result, "viscosity").contains("FW/BW dev. too high"))
    }

    @Test func `a bubble in every repeat leaves no value, and no viscosity to believe in`() throws {
        var bubble = Self.reading()
        bubble.densityCondition = "filling error"
        let result = try self.result(self.density, [bubble, bubble])
        #expect(result.data["density"]?["meta"]?["success"] == false)
        #expect(Self.rating(result, "density") == 0 && Self.rating(result, "viscosity") == 0)
        #expect(Self.reasons(result, "density").contains("filling error"))
    }

    @Test func `a bubble that the instrument calls valid is doubted by the stocks' densities`() throws {
        let result = try self.result(self.density, [Self.reading(1.08), Self.reading(1.08)])
        #expect(Self.rating(result, "density") == 1)
        #expect(Self.reasons(result, "density").contains("bubble"))
    }

    @Test func `a cell of another temperature than the method's is rated down`() throws {
        let result = try self.result(self.density, [Self.reading(celsius: 20.3), Self.reading(celsius: 20.3)])
        #expect(Self.rating(result, "density") == 2)
        #expect(result.data["density"]?["temperature"]?.double.map { abs($0 - 293.45) < 1e-9 } == true)
    }

    @Test func `repeats that lie apart are rated down`() throws {
        let apart = try self.result(self.density, [Self.reading(1.1900), Self.reading(1.1906), Self.reading(1.1903)])
        #expect(Self.rating(apart, "density") == 3)
        let far = try self.result(self.density, [Self.reading(1.190), Self.reading(1.195)])
        #expect(Self.rating(far, "density") == 1)
    }

    @Test func `an instrument that failed gives no result`() throws {
        let refusal = #expect(throws: RequestRefusal.self) {
            try self.result(self.density, [], failure: "no answer within 30 min")
        }
        #expect(refusal?.reason.contains("no answer within 30 min") == true)
    }

    @Test func `a second request for the sample takes it as it stands, at its own temperature`() throws {
        let first = try self.prepare(self.density, kelvin: 293.15)
        let fluid = try self.carryOut(first)
        let situation = LabSituation(
            fluid: fluid, cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero,
            standing: StandingSample(first))
        let second = try self.prepare(self.viscosity, kelvin: 298.15, in: situation)
        #expect(second.plan.steps.count == 1 && second.plan.consumption.isEmpty && second.cleanup.steps.isEmpty)
        let parameters: JSONValue = ["formulation": try self.lab.formulation(1.0), "temperature": 299.65]
        let third = try self.lab.conductivity.prepare(parameters, sample: self.lab.sample, in: situation)
        let alone = try self.lab.conductivity.prepare(parameters, sample: self.lab.sample, in: self.lab.situation)
        #expect(Self.moved(third) < 0.6 * Self.moved(alone))
        #expect(
            !third.plan.steps.contains {
                if case .moveSyringes(let dosing) = $0.action { dosing.purpose == .prime } else { false }
            })
        #expect(!third.cleanup.steps.isEmpty)
    }

    @Test func `beside a densimeter that measures, the other cell is filled and cleaned, its own is not`() throws {
        let first = try self.prepare(self.density, kelvin: 293.15)
        let situation = LabSituation(
            fluid: try self.carryOut(first), cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero,
            standing: StandingSample(first))
        let graph = self.model.router.graph
        let last = first.plan.steps.count - 1
        let measured = try #require(first.plan.densimetry(from: last))
        #expect(measured.instruments == ["densimeter"] && measured.cells == ["densiVisco"])
        #expect(first.plan.densimetry(from: last - 1) == nil)
        #expect(first.cleanup.disturbs(measured.cells, in: graph))
        let second = try self.prepare(self.viscosity, kelvin: 298.15, in: situation)
        #expect(second.plan.densimetry(from: 0) != nil && second.plan.disturbs(measured.cells, in: graph))
        let parameters: JSONValue = ["formulation": try self.lab.formulation(1.0), "temperature": 299.65]
        let third = try self.lab.conductivity.prepare(parameters, sample: self.lab.sample, in: situation)
        #expect(third.plan.densimetry(from: 0) == nil && !third.plan.disturbs(measured.cells, in: graph))
        #expect(!third.cleanup.disturbs(measured.cells, in: graph))
    }

    @Test func `another sample is mixed anew, and so is one that differs by more than a thousandth`() throws {
        let first = try self.prepare(self.density, kelvin: 293.15)
        let standing = StandingSample(first)
        var near = first.requested
        let key = try #require(near.keys.sorted().first)
        near[key, default: 0] += 0.9e-3
        #expect(standing.covers(near))
        near[key, default: 0] += 0.2e-3
        #expect(!standing.covers(near))
        let situation = LabSituation(
            fluid: try self.carryOut(first), cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero,
            standing: standing)
        let other = try self.prepare(self.density, molality: 1.2, kelvin: 293.15, in: situation)
        #expect(Self.collected(other) > 7)
    }

    // MARK: Parts

    private func prepare(
        _ method: any Method, molality: Double = 1.0, kelvin: Double, in situation: LabSituation? = nil
    ) throws -> PreparedRun {
        try method.prepare(
            ["formulation": self.lab.formulation(molality), "temperature": .number(kelvin)], sample: self.lab.sample,
            in: situation ?? self.lab.situation)
    }

    /// What stands where after the plan, if every step does what it should.
    private func carryOut(_ run: PreparedRun) throws -> FluidState {
        var fluid = self.lab.situation.fluid
        for step in run.plan.steps {
            try fluid.apply(step.action, Self.outcome(step.action), through: self.model.router)
        }
        return fluid
    }

    private static func outcome(_ action: Action) -> StepOutcome {
        guard case .moveSyringes(let dosing) = action else { return .done }
        return .dosed(dosing.moves.map { .init(pump: $0.pump, from: $0.from, to: $0.to) })
    }

    private func result(
        _ method: any Method, _ readings: [DensimetryReading], failure: String? = nil
    ) throws -> MethodResult {
        let run = try self.prepare(method, kelvin: 293.15)
        let raw = RawFileReference(path: "raw/S_Lovis_20_Measurement.csv", sha256: "00", byteCount: 1)
        let outcomes = run.plan.steps.map { step -> StepOutcome in
            guard case .measureDensity = step.action else { return Self.outcome(step.action) }
            return .densimetry(
                Densimetry(readings: readings, rawFiles: [raw], content: run.recipe, failure: failure))
        }
        return try method.result(of: run, outcomes: outcomes, fluid: self.lab.situation.fluid)
    }

    private static func reading(_ density: Double = 1.1903, celsius: Double = 20.0) -> DensimetryReading {
        DensimetryReading(
            density: Density(density, .gramPerCubicCentimetre), densityCondition: "valid",
            viscosity: Viscosity(2.9, .millipascalSecond), viscosityCondition: "valid",
            temperature: Temperature(celsius: celsius))
    }

    private static func rating(_ result: MethodResult, _ quantity: String) -> Int64? {
        result.data[quantity]?["meta"]?["rating"]?.integer
    }

    private static func reasons(_ result: MethodResult, _ quantity: String) -> String {
        result.data["details"]?[quantity]?["rated_down_because"]?.array?.compactMap(\.string).joined(separator: "; ")
            ?? ""
    }

    private static func collected(_ run: PreparedRun) -> Double { self.moved(run) { $0 == .collect } }

    /// mL dispensed.
    private static func moved(_ run: PreparedRun, _ isMeant: (Dosing.Purpose) -> Bool = { $0 != .fill }) -> Double {
        run.plan.steps.reduce(0) { sum, step in
            guard case .moveSyringes(let dosing) = step.action, isMeant(dosing.purpose) else { return sum }
            return dosing.moves.reduce(sum) { $0 + $1.volume.in(.millilitre) }
        }
    }
}
