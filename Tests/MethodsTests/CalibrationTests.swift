import Analysis
import DeviceKit
import Protocols
import Testing

@testable import Methods

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
            try fluid.apply(step.action, StepOutcome(asPlanned: step.action), through: self.lab.model.router)
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
        let (value, uncertainty) = (try #require(found.value), try #require(found.uncertainty))
        #expect(abs(value - 1) < 1e-3 && found.faults.isEmpty, "\(found)")
        // 0.1 K at 1.9 %/K.
        #expect(abs(uncertainty - 0.00195) < 3e-4)
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
                return StepOutcome(asPlanned: step.action)
            }
            return .measured(
                Self.measurement(sweep, resistance: 100, repetition, content: run.recipe))
        }
        let result = try method.result(of: run, outcomes: outcomes, fluid: self.lab.situation.fluid)
        #expect(result.data["conductivity"]?["meta"]?["rating"] == 3)
        let reasons = result.data["details"]?["conductivity"]?["rated_down_because"]?[0]?.string
        #expect(reasons?.contains("49 days old") == true, "\(reasons ?? "")")
    }

    // MARK: Lines to the vials

    private func weighing(
        _ value: Double?, _ day: String, isPassed: Bool = true, described: Double? = nil
    ) throws -> CalibrationRecord {
        let line = try self.lab.model.vialLine(to: "vial_3")
        return CalibrationRecord(
            id: day, kind: LineVolumeDetermination.kind, subject: line.subject, value: value,
            uncertainty: value.map { $0 * 0.002 }, described: described ?? line.described.in(.millilitre),
            isPassed: isPassed, determined: day)
    }

    /// The request of a vial, planned and done as planned.
    private func deliver(in lab: LabModel) throws -> (run: PreparedRun, details: JSONValue?) {
        let settings = try #require(lab.electrolyte)
        let method = ElectrolyteFlow(lab, settings)
        var fluid = self.lab.situation.fluid.fitted(to: lab)
        let run = try method.prepare(
            ["electrolyte": ["formulation": self.lab.formulation(1)], "volume": 2], sample: self.lab.sample,
            in: LabSituation(
                fluid: fluid, cellTemperature: self.lab.situation.cellTemperature, temperatureAge: .zero))
        let outcomes = run.plan.steps.map { StepOutcome(asPlanned: $0.action) }
        for (step, outcome) in zip(run.plan.steps, outcomes) {
            try fluid.apply(step.action, outcome, through: lab.router)
        }
        return (run, try method.result(of: run, outcomes: outcomes, fluid: fluid).data["details"])
    }

    @Test func `what a line was weighed to hold is what the next plan reckons with, and is shown with`() throws {
        let described = try self.lab.model.vialLine(to: "vial_3").described
        let volume = described.in(.millilitre) * 1.03
        let model = self.lab.model.applying([try self.weighing(volume, "2026-11-01")])
        let route = try model.router.route(from: "V7.0", to: "V10.0")
        #expect((route.deadVolume - Volume(volume, .millilitre)).magnitude < Volume(1e-6, .millilitre))
        // All vials share it, and what lies behind their valve stays as the table says.
        #expect(model.vialLines.map(\.vials) == [self.lab.model.handling.vials])
        let own = try [model.router, self.lab.model.router].map {
            try $0.route(from: "V7.0", to: "vial_3").edges.suffix(2)
        }
        #expect(own[0] == own[1])
        let (before, after) = (try self.deliver(in: self.lab.model), try self.deliver(in: model))
        func rinsed(_ run: PreparedRun) -> Volume {
            run.cleanup.steps.reduce(.zero) { sum, step in
                guard case .moveSyringes(let dosing) = step.action, dosing.purpose == .rinse else { return sum }
                return sum + dosing.moves.reduce(.zero) { $0 + $1.volume }
            }
        }
        let more = rinsed(after.run) - rinsed(before.run)
        #expect((more - (Volume(volume, .millilitre) - described) * 1.5).magnitude < Volume(1e-6, .millilitre))
        #expect(before.details?["line_volumes"] == nil)
        let shown = after.details?["line_volumes"]?[0]
        #expect(shown?["used_mL"]?.double == volume && shown?["uncertainty_mL"]?.double == volume * 0.002)
        #expect(shown?["determined"] == "2026-11-01" && shown?["doubt"]?.isNull == true, "\(shown ?? .null)")
        #expect(after.run.plan.summary.contains { $0.contains("weighed on 2026-11-01") }, "\(after.run.plan.summary)")
    }

    @Test func `a weighing that was not passed, or of other tubes, is said and not used`() throws {
        let described = try self.lab.model.vialLine(to: "vial_3").described.in(.millilitre)
        let passed = try self.weighing(described * 1.02, "2026-11-01")
        let failed = try self.weighing(described * 1.2, "2026-11-02", isPassed: false)
        let model = self.lab.model.applying([passed, failed])
        #expect(model.vialLines[0].volume == Volume(described * 1.02, .millilitre))
        #expect(
            model.calibrationsDue(on: "2026-11-03").first?.contains("did not pass its weighing of 2026-11-02") == true)
        #expect(self.lab.model.applying([failed]).router.graph.edges == self.lab.model.router.graph.edges)
        let replaced = self.lab.model.applying([try self.weighing(0.5, "2026-11-01", described: 0.49)])
        #expect(replaced.router.graph.edges == self.lab.model.router.graph.edges)
        #expect(replaced.calibrationsDue(on: "2026-11-03").first?.contains("other tubes") == true)
        let shown = try self.deliver(in: replaced).details?["line_volumes"]?[0]
        #expect(shown?["doubt"]?.string?.contains("other tubes") == true && shown?["calibration"]?.isNull == true)
    }

    @Test func `a weighing that is too old is used and said, in plans and in results`() throws {
        var model = self.lab.model
        model.handling.lineVolumeMaximumAge = .seconds(86_400 * 10)
        #expect(model.applying([]).calibrationsDue(on: "2026-11-23").first?.contains("was never weighed") == true)
        let described = try model.vialLine(to: "vial_3").described.in(.millilitre)
        model = model.applying([try self.weighing(described * 1.02, "2026-11-01")])
        let (run, details) = try self.deliver(in: model)
        #expect(run.plan.warnings?.contains { $0.contains("22 days old, its limit is 10 days") } == true)
        #expect(details?["line_volumes"]?[0]?["used_mL"]?.double == described * 1.02)
        #expect(details?["line_volumes"]?[0]?["doubt"]?.string?.contains("22 days old") == true)
        #expect(model.calibrationsDue(on: "2026-11-11") == [])
    }

    @Test func `what counts today is told with the last day on which it does`() throws {
        var model = self.lab.model
        func standing(_ record: CalibrationRecord, _ day: String) -> [String?] {
            let standing = model.standing(of: record, on: day)
            return [standing.status.rawValue, standing.lastDay]
        }
        let described = try model.vialLine(to: "vial_3").described.in(.millilitre)
        let (old, new) = (
            try self.weighing(described * 1.01, "2027-12-30"), try self.weighing(described * 1.02, "2028-02-01")
        )
        let failed = try self.weighing(nil, "2028-02-02", isPassed: false)
        model = model.applying([old, new, failed])
        #expect(standing(new, "2099-01-01") == ["valid", nil])
        model.handling.lineVolumeMaximumAge = .seconds(86_400 * 30)
        // Over the leap day of 2028.
        #expect(standing(new, "2028-03-02") == ["valid", "2028-03-02"])
        #expect(standing(new, "2028-03-03") == ["expired", "2028-03-02"])
        #expect(standing(old, "2028-02-03") == ["superseded", nil])
        #expect(standing(failed, "2028-02-03") == ["failed", nil])
        #expect(model.standingOfDescribedConstant(on: "2028-02-03")?.status == .valid)
    }

    @Test func `days are counted forwards as they are counted between dates`() throws {
        var day = "1999-12-28"
        for _ in 0..<1500 {
            let next = try #require(CalendarDay.date(1, after: day))
            #expect(CalendarDay.days(from: day, to: next) == 1 && next > day)
            day = next
        }
        #expect(day == "2004-02-05" && CalendarDay.date(1500, after: "1999-12-28") == day)
        #expect(CalendarDay.date(1, after: "2100-02-28") == "2100-03-01" && CalendarDay.date(1, after: "soon") == nil)
    }

    // MARK: Densimeters

    @Test func `a check without a valid repeat is a failed check that holds the next densities down`() throws {
        var model = self.lab.model
        model.densimeter = DensimeterCell(
            instrument: "densiVisco", densimeter: "dma", sampleVolume: Volume(7, .millilitre),
            methods: [.init(name: "m", number: 1, temperature: Temperature(293.15, .kelvin), measuresViscosity: false)])
        let order = CalibrationOrder.densimeter(DensimeterVerification(standard: .water))
        let run = try order.prepare(self.lab.sample, of: model, in: self.lab.situation)
        let bubble = DensimetryReading(density: nil, densityCondition: "bubble")
        for (measured, reason) in [
            (Densimetry(readings: [bubble, bubble], rawFiles: []), "2 of 2 repeats are not valid"),
            (Densimetry(readings: [], rawFiles: [], failure: "no answer"), "the densimeter failed: no answer"),
            (Densimetry(readings: [], rawFiles: []), "gave no reading"),
        ] {
            let outcomes = run.plan.steps.map { step -> StepOutcome in
                switch step.action {
                case .measureDensity: return .densimetry(measured)
                case .askOperator(let question):
                    let answer = OperatorAnswer(choice: question.choices[0].answer, entries: ["pressure": "1009 mbar"])
                    return .answered(.init(answer: answer, person: "Mona", time: "2026-11-24T15:00:00Z"))
                default: return StepOutcome(asPlanned: step.action)
                }
            }
            let found = try order.finding(run, outcomes, of: model)
            #expect(found.value == nil && found.uncertainty == nil && found.subject == "dma")
            #expect(found.faults.first?.contains(reason) == true, "\(found.faults)")
        }
        let failed = CalibrationRecord(
            id: "1", kind: DensimeterVerification.kind, subject: "dma", value: nil, uncertainty: nil, isPassed: false,
            determined: "2026-11-24")
        #expect(model.applying([failed]).densimeter?.checkDoubt(on: "2026-11-25")?.rating == 1)
    }

    @Test func `fillings without a constant are a determination that was not passed`() throws {
        let found = try self.finding(of: [-1, -1, -1])
        #expect(found.value == nil && found.faults.count >= 3, "\(found)")
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
            default: StepOutcome(asPlanned: step.action)
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
}
