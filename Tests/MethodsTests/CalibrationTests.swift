import Analysis
import DeviceKit
import Methods
import Protocols
import Testing

@Suite struct CalibrationTests {
    private let lab = ExampleLab()
    private static let order = CellConstantDetermination(standard: "0.1 mol/kg", lot: "KCl-7", fillings: 3)

    private func prepare(_ order: CellConstantDetermination = Self.order) throws -> PreparedRun {
        try CalibrationOrder.cellConstant(order).prepare(self.lab.sample, of: self.lab.model, in: self.lab.situation)
    }

    @Test func `nothing flows through a cell between the first standard and the word that it is dry`() throws {
        let run = try self.prepare()
        var fluid = self.lab.situation.fluid
        var wet = false
        var asked = 0
        for step in run.plan.steps {
            switch step.action {
            case .fillByHand(let cell, let source):
                #expect(cell == "electrochemistry")
                wet = source == .aqueous
            case .askOperator:
                asked += 1
                #expect(wet, "the cell counts as wet before anybody is asked to fill it")
            case .moveSyringes, .blow: #expect(!wet, "\(step.title)")
            default: break
            }
            #expect(try !fluid.forbids(step.action, through: self.lab.model.router))
            try fluid.apply(step.action, Self.outcome(step.action), through: self.lab.model.router)
        }
        #expect(asked == 4 && !wet)
        // Rinsed and dried with the lab's own solvent and gas before the water, and once more afterwards.
        let first = try #require(run.plan.steps.firstIndex { if case .fillByHand = $0.action { true } else { false } })
        for plan in [Array(run.plan.steps[..<first]), run.cleanup.steps] {
            #expect(
                plan.contains { if case .moveSyringes(let one) = $0.action { one.purpose == .rinse } else { false } })
            #expect(plan.contains { if case .blow = $0.action { true } else { false } })
        }
    }

    @Test func `a wet cell is left alone, and what to do is said`() throws {
        var fluid = self.lab.situation.fluid
        try fluid.apply(
            .fillByHand(cell: "electrochemistry", with: .aqueous), .done, through: self.lab.model.router)
        let situation = LabSituation(
            fluid: fluid, cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero)
        let refusal = try #require(
            #expect(throws: RequestRefusal.self) {
                try self.lab.conductivity.prepare(
                    ["formulation": self.lab.formulation(1), "temperature": 299.65], sample: self.lab.sample,
                    in: situation)
            })
        #expect(refusal.kind == .notNow && refusal.reason.contains("edge-agent stock dried electrochemistry"))
        // What does not go through it, goes on.
        _ = try self.lab.electrolyte.prepare(
            ["electrolyte": ["formulation": self.lab.formulation(1)], "volume": 2], sample: self.lab.sample,
            in: situation)
    }

    @Test func `resistances of the standard give the constant, with what temperature and standard leave open`() throws {
        let found = try self.finding(of: [77.975, 78.0, 77.95])
        #expect(abs(found.value - 1) < 1e-3 && found.faults.isEmpty, "\(found)")
        // 0.1 K at 1.9 %/K.
        #expect(abs(found.uncertainty - 0.00195) < 3e-4)
        #expect(found.subject == "electrochemistry" && found.detail["fillings"]?.array?.count == 3)
        #expect(found.rawFiles.count == 3)
    }

    @Test func `fillings that lie apart must not be used`() throws {
        let found = try self.finding(of: [77.975, 80, 76])
        #expect(found.faults.contains { $0.contains("differ by") }, "\(found.faults)")
    }

    @Test func `a constant far from the one before must not be used`() throws {
        let found = try self.finding(of: [8.7, 8.7, 8.7])
        #expect(found.faults.contains { $0.contains("from the constant before") }, "\(found.faults)")
    }

    @Test func `a check with air does not make good what was wrong with water`() {
        func check(_ subject: String, _ day: String, isPassed: Bool) -> CalibrationRecord {
            CalibrationRecord(
                id: day, kind: DensimeterVerification.kind, subject: subject, value: 0, uncertainty: 5e-5,
                isPassed: isPassed, determined: day)
        }
        var model = self.lab.model
        model.densimeter = DensimeterCell(
            instrument: "densimetry", densimeter: "dma", sampleVolume: Volume(1, .millilitre), methods: [])
        let failed = check("dma", "2026-10-06", isPassed: false), air = check("dma, air", "2026-10-07", isPassed: true)
        let due = model.applying([failed, air]).calibrationsDue(on: "2026-10-08")
        #expect(due.count == 1 && due[0].contains("did not pass its check of 2026-10-06"), "\(due)")
        let mended = model.applying([failed, air, check("dma", "2026-10-08", isPassed: true)])
        #expect(mended.calibrationsDue(on: "2026-10-08") == [])
    }

    @Test func `orders that this lab cannot carry out are refused`() throws {
        for (standard, fillings) in [("0.2 mol/kg", 3), ("0.1 mol/kg", 0), ("0.1 mol/kg", 11)] {
            #expect(throws: RequestRefusal.self) {
                try self.prepare(CellConstantDetermination(standard: standard, lot: "l", fillings: fillings))
            }
        }
        for order in [
            CalibrationOrder.densimeter(DensimeterVerification(standard: .water)),
            .lineVolume(
                LineVolumeDetermination(
                    vial: "vial_9", density: Measured(Density(1, .gramPerMillilitre), uncertainty: .zero))),
        ] {
            #expect(throws: RequestRefusal.self) {
                try order.prepare(self.lab.sample, of: self.lab.model, in: self.lab.situation)
            }
        }
    }

    @Test func `the newest constant counts, measured or described, and one not passed never`() throws {
        func record(_ value: Double, _ day: String, isPassed: Bool = true) -> CalibrationRecord {
            CalibrationRecord(
                id: day, kind: "cell constant", subject: "electrochemistry", value: value, uncertainty: 0.001,
                isPassed: isPassed, determined: day)
        }
        // The description's is of 2026-10-05.
        let model = self.lab.model
        #expect(model.applying([record(1.1, "2026-10-04")]).cell.calibration == nil)
        let newer = model.applying([record(1.1, "2026-10-06"), record(1.2, "2026-10-07", isPassed: false)])
        #expect(newer.cell.constant.value == CellConstant(1.1, .perCentimetre))
        #expect(newer.cell.constantDetermined == "2026-10-06" && newer.cell.calibration == "2026-10-06")
    }

    @Test func `what is too old is said, to the day`() throws {
        var model = self.lab.model
        #expect(model.calibrationsDue(on: "2036-01-01") == [])
        model.cell.constantMaximumAge = .seconds(86_400 * 100)
        #expect(model.calibrationsDue(on: "2027-01-13") == [])
        let due = model.calibrationsDue(on: "2027-01-14")
        #expect(due.count == 1 && due[0].contains("101 days old, its limit is 100 days"), "\(due)")
        #expect(due[0].contains("edge-agent calibrate cell-constant"))
    }

    @Test func `a constant that is too old rates the conductivity down, and says why`() throws {
        var model = self.lab.model
        model.cell.constantMaximumAge = .seconds(86_400 * 10)
        let settings = try #require(model.conductivity)
        let method = TwoElectrodeConductivity(model, settings)
        let run = try method.prepare(
            ["formulation": self.lab.formulation(1), "temperature": 299.65], sample: self.lab.sample,
            in: self.lab.situation)
        let outcomes = run.plan.steps.map { step -> StepOutcome in
            guard case .measureImpedance(_, let sweep, let repetition) = step.action else {
                return Self.outcome(step.action)
            }
            return .measured(
                Self.measurement(sweep, resistance: 100, repetition, content: run.recipe))
        }
        let result = try method.result(of: run, outcomes: outcomes, fluid: self.lab.situation.fluid)
        #expect(result.data["conductivity"]?["meta"]?["rating"] == 3)
        let reasons = result.data["details"]?["conductivity"]?["rated_down_because"]?[0]?.string
        #expect(reasons?.contains("49 days old") == true, "\(reasons ?? "")")
    }

    // MARK: Parts

    private func finding(of resistances: [Double]) throws -> CalibrationFinding {
        let run = try self.prepare()
        let outcomes = run.plan.steps.map { step -> StepOutcome in
            switch step.action {
            case .measureImpedance(_, let sweep, let repetition):
                .measured(Self.measurement(sweep, resistance: resistances[repetition], repetition))
            case .askOperator(let question):
                .answered(
                    .init(
                        answer: OperatorAnswer(
                            choice: question.choices[0].answer,
                            entries: question.choices[0].entries == nil ? [:] : ["temperature": "298.15 K"]),
                        person: "Mona", time: "2026-11-24T15:00:00Z"))
            default: Self.outcome(step.action)
            }
        }
        return try CalibrationOrder.cellConstant(Self.order).finding(run, outcomes, of: self.lab.model)
    }

    /// A resistance behind a double layer.
    private static func measurement(
        _ sweep: ImpedanceSweep, resistance: Double, _ repetition: Int, content: [String: Double] = [:]
    ) -> StepOutcome.Measurement {
        let points = (0..<sweep.pointCount).map { index -> ImpedancePoint in
            let frequency = (0..<index).reduce(sweep.highest.in(.hertz)) { product, _ in product * Self.step }
            return ImpedancePoint(
                frequency: Frequency(frequency, .hertz), real: Resistance(resistance, .ohm),
                imaginary: Resistance(-1 / (2 * Double.pi * frequency * 1e-5), .ohm))
        }
        return StepOutcome.Measurement(
            repetition: repetition, points: points,
            rawFile: RawFileReference(path: "raw/\(repetition)", sha256: "00", byteCount: 1), content: content)
    }

    /// 31 points over three decades.
    private static let step = 0.794_328_234_724_281_5

    private static func outcome(_ action: Action) -> StepOutcome {
        guard case .moveSyringes(let dosing) = action else { return .done }
        return .dosed(dosing.moves.map { .init(pump: $0.pump, from: $0.from, to: $0.to) })
    }
}
