import Protocols

@testable import Demo

extension Oracle {
    /// Highest rating of a result that is off: 3 stands for an error of up to 2 %.
    static let doubtfulRating: Int64 = 3

    /// Every result is what was true in the cell or the vial, or says by its rating that it is not; and nothing was
    /// broken in the lab.
    func checkTruth(_ verdict: inout Verdict) {
        let world = self.evidence.world
        for result in self.evidence.results {
            guard let request = self.evidence.requests[result.result.requestUUID.lowercased()] else { continue }
            let data = JSONValue.object(result.result.data)
            let truth = DemoReport.truth(of: data, in: world, liquids: self.evidence.liquids)
            let sample = DemoReport.Sample(
                request: request, requestID: result.result.requestUUID, resultID: result.uuid, seconds: nil, data: data,
                truth: truth)
            let complaints = Self.complaints(about: sample)
            if complaints.isEmpty { continue }
            if (sample.rating ?? 5) <= Self.doubtfulRating, truth != nil {
                verdict.ratedDown += 1
            } else {
                let rating = sample.rating.map { "\($0)" } ?? "none"
                verdict.wrong.append("\(request.title): \(complaints.joined(separator: ", ")), rated \(rating)")
            }
        }
        verdict.wrong += world.accidents
    }

    private static func complaints(about sample: DemoReport.Sample) -> [String] {
        guard sample.truth != nil else { return ["the world knows of no such sample"] }
        var complaints = DemoReport.fluidComplaints(sample)
        if sample.request.quantity == "conductivity",
            !Self.isWithin(DemoReport.conductivityLimit, sample.conductivityDeviation)
        {
            complaints.append("the conductivity is off by \(Self.percent(sample.conductivityDeviation))")
        }
        if !Self.isWithin(DemoReport.saltLimit, sample.saltDeviation) {
            complaints.append("the salt fraction is off by \(Self.percent(sample.saltDeviation))")
        }
        return complaints
    }

    private static func isWithin(_ limit: Double, _ deviation: Double?) -> Bool { abs(deviation ?? .infinity) <= limit }

    private static func percent(_ deviation: Double?) -> String { deviation.map { "\(($0 * 100).fixed(2)) %" } ?? "?" }
}
