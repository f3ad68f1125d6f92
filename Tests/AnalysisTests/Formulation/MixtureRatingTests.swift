import Analysis
import Testing

@Suite struct MixtureRatingTests {
    @Test(arguments: [
        (0, 5), (0.005, 5), (0.0051, 4), (0.01, 4), (0.0101, 3), (0.02, 3), (0.021, 2), (0.05, 2), (0.051, 1), (0.1, 1),
        (0.11, 0), (1.5, 0), (Double.nan, 0), (.infinity, 0),
    ])
    func `the score follows the relative error`(error: Double, score: Int) {
        #expect(MixtureRating(relativeError: error).score == score)
    }

    @Test func `a mixture of something else than requested scores nothing`() throws {
        let requested = try Composition(amounts: [FormulationFiles.ec: 1])
        let rating = MixtureRating(requested: requested, actual: try Composition(amounts: [FormulationFiles.emc: 1]))
        #expect(rating.score == 0)
        #expect(abs(rating.relativeError - 2.0.squareRoot()) < 1e-15)
        #expect(MixtureRating(requested: requested, actual: requested) == MixtureRating(relativeError: 0))
    }

    @Test func `the error is that of the worked example`() throws {
        let requested = try FormulationFiles.composition(0.08, 0.25, 0.67)
        let actual = try FormulationFiles.composition(0.079131, 0.251723, 0.669147)
        let rating = MixtureRating(requested: requested, actual: actual)
        #expect(abs(rating.relativeError - 0.0029) < 5e-5)
        #expect(rating.score == 5)
    }
}
