import DeviceKit
import Testing

@testable import Analysis

@Suite struct ConductivityEvaluationTests {
    let cell: CellConstantCalibration

    init() throws {
        self.cell = try #require(
            CellConstantCalibration(
                Measured(CellConstant(1, .perCentimetre), uncertainty: CellConstant(0.005, .perCentimetre)),
                date: "2026-02-14"
            )
        )
    }

    @Test func `one spectrum gives a conductivity with its uncertainty`() throws {
        let evaluation = ConductivityEvaluation(spectra: [Spectra.noisy], cell: self.cell)
        let conductivity = try #require(evaluation.conductivity)
        #expect(isClose(conductivity.value.in(.siemensPerMetre), 0.799933596, relative: 1e-7))
        #expect(isClose(conductivity.uncertainty.in(.millisiemensPerCentimetre), 0.0401, relative: 0.002))
        #expect(evaluation.isSuccess)
        #expect(evaluation.rating == 2)
        #expect(evaluation.drift == nil)
    }

    /// By hand: κ = 8, 7.96178, 8.01925 mS/cm; s = 0.0292486; sₖ = 0.004 mS/cm; u² = s²/3 + mean(sₖ²)/3.
    @Test func `the cell constant's uncertainty enters once, however many repeats`() throws {
        let evaluation = self.evaluation(of: [125.0, 125.6, 124.7], deviation: 0.0625)
        let conductivity = try #require(evaluation.conductivity)
        #expect(isClose(conductivity.value.in(.millisiemensPerCentimetre), 7.993677, relative: 1e-6))
        let repeatability = try #require(evaluation.relativeRepeatability)
        #expect(isClose(repeatability * 7.993677, 0.0170434, relative: 1e-4))
        #expect(
            isClose(
                conductivity.relativeUncertainty,
                (repeatability * repeatability + 25e-6).squareRoot(),
                relative: 1e-9
            )
        )
        #expect(evaluation.rating == 5)
    }

    @Test func `equal repeats are rated by their fits alone`() throws {
        let evaluation = self.evaluation(of: [125, 125, 125], deviation: 1.25)
        #expect(isClose(try #require(evaluation.relativeRepeatability), 0.01 / (3.0).squareRoot(), relative: 1e-9))
        #expect(evaluation.rating == 4)
        #expect(self.evaluation(of: [125, 125], deviation: 0).rating == 5)
        #expect(self.evaluation(of: [125, 125, 125], deviation: 0).drift?.isReal == false)
    }

    @Test(arguments: [(0.0049, 5), (0.0099, 4), (0.0199, 3), (0.0499, 2), (0.0999, 1), (0.1001, 0), (5, 0)])
    func `the rating falls with the relative uncertainty`(_ relative: Double, _ rating: Int) {
        let deviation = 125 * relative * (2.0).squareRoot()
        #expect(self.evaluation(of: [125, 125], deviation: deviation).rating == rating)
    }

    @Test func `a single repeat is worth two at most`() {
        #expect(self.evaluation(of: [125], deviation: 1e-6).rating == 2)
        #expect(self.evaluation(of: [125], deviation: 10).rating == 1)
    }

    @Test func `an intercept is worth two at most`() {
        #expect(self.evaluation(of: [125, 125, 125], deviation: 0.1, quality: .intercept).rating == 2)
    }

    @Test func `without a usable repeat there is no conductivity and the rating is zero`() {
        for resistances in [[], [0], [-5], [.nan], [.infinity]] as [[Double]] {
            let evaluation = self.evaluation(of: resistances, deviation: 0.1)
            #expect(evaluation.conductivity == nil)
            #expect(evaluation.rating == 0)
            #expect(!evaluation.isSuccess)
        }
        #expect(self.evaluation(of: [125, 125], deviation: .nan).rating == 0)
        #expect(self.evaluation(of: [125, 125], deviation: 0.1, quality: .poor).rating == 0)
        #expect(ConductivityEvaluation(spectra: [[], []], cell: self.cell).repeats.count == 2)
    }

    @Test func `a failed repeat is kept with its reason and does not enter the mean`() throws {
        let empty = Spectra.noisy.map { Spectra.point($0.frequency.si, .infinity, .infinity) }
        let evaluation = ConductivityEvaluation(spectra: [Spectra.noisy, empty, Spectra.inductive], cell: self.cell)
        #expect(evaluation.repeats.map(\.isUsed) == [true, false, true])
        #expect(throws: ImpedanceError.self) { try evaluation.repeats[1].resistance.get() }
        #expect(evaluation.rating == 5)
        #expect(isClose(try #require(evaluation.conductivity).value.si, 0.8, relative: 0.001))
    }

    @Test func `a mixture still being washed in is seen as drift`() throws {
        let washing = try #require(self.evaluation(of: [130, 127, 125], deviation: 0.1).drift)
        #expect(washing.isReal)
        #expect(isClose(washing.relativeChange, 0.0392, relative: 0.01))
        #expect(self.evaluation(of: [125.0, 125.6, 124.7], deviation: 0.0625).drift?.isReal == false)
        #expect(self.evaluation(of: [130, 127, 125], deviation: 2).drift?.isReal == false)
        #expect(self.evaluation(of: [130, 127], deviation: 0.1).drift == nil)
    }

    @Test func `random resistances always give a rating from zero to five`() {
        var random = SeededRandom(seed: 99)
        let odd: [Double] = [0, -1, .nan, .infinity, .leastNonzeroMagnitude, 1e308, 125]
        for _ in 0..<2_000 {
            let resistances = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                odd.randomElement(using: &random) ?? 0
            }
            let evaluation = self.evaluation(of: resistances, deviation: odd.randomElement(using: &random) ?? 0)
            #expect((0...5).contains(evaluation.rating))
            #expect(evaluation.conductivity.map { $0.value.isFinite && $0.value > .zero } ?? true, "\(resistances)")
        }
    }

    private func evaluation(
        of resistances: [Double],
        deviation: Double,
        quality: ResistanceEstimate.Quality = .good
    ) -> ConductivityEvaluation {
        ConductivityEvaluation(
            resistances.map { resistance in
                .success(
                    ResistanceEstimate(
                        resistance: Measured(Resistance(resistance, .ohm), uncertainty: Resistance(deviation, .ohm)),
                        quality: quality,
                        fit: nil,
                        comparison: nil,
                        kramersKronig: nil,
                        failedGates: [],
                        fitError: nil
                    )
                )
            },
            cell: self.cell
        )
    }
}
