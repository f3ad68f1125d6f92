import Analysis
import Methods
import Protocols
import Store

/// What operators do to bottles and vials while the agent runs.
extension RunEngine {
    /// Takes over what an operator did by hand. Refused while a run is under way.
    func correct(
        _ correction: StockCorrection, by person: String
    ) async throws -> StockCorrectionReport {
        let open = try await self.journal.unfinishedRuns().first { $0.state != .awaitingOperator }
        if let run = self.underWay?.run ?? open?.id {
            throw OperatorError(
                .badData, "run \(run) is under way; what \(correction.node) holds can be changed when it has ended")
        }
        // Nothing suspends from the check to the new state: a run that begins during the commit goes on from there.
        let described = self.model
        let lab = try correction.loading(into: described)
        let before = self.fluid
        let after = try correction.applied(to: before, of: lab)
        self.replaceFluid(after)
        self.replaceModel(lab)
        do {
            let report = try await self.journal.keep(after, by: correction, after: before, in: lab, person: person)
            let (old, new) = (report.before.words, report.after.words)
            self.observe(.notice("\(correction.node) holds \(new) now, says \(person); before: \(old)"))
            return report
        } catch {
            if self.fluid == after { self.replaceFluid(before) }
            self.replaceModel(described)
            throw error
        }
    }
}
