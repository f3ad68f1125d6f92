import Analysis
import Methods
import Protocols
import Store

/// What operators do to bottles and vials while the agent runs.
extension RunEngine {
    /// Asks for refills of what stands low.
    func askAboutStock() async throws {
        try await self.stockQuestions.look(at: self.fluid, of: self.model, foreseeing: self.foreseen)
    }

    /// What a look ahead needs; nil where nothing has changed since the last one.
    func toForesee(_ requests: [String]) -> (lab: LabModel, fluid: FluidState)? {
        let (fluid, lots) = (self.fluid, self.model.table.lots)
        if let last = self.lookedAheadAt, last.requests == requests, last.fluid == fluid, last.lots == lots {
            return nil
        }
        self.lookedAheadAt = (requests, fluid, lots)
        return (self.model, fluid)
    }

    /// Asks for refills of what will run short, and says what was not said before.
    func foresee(_ shortages: [ForeseenShortage]) async {
        let known = Set(self.foreseen.map { [$0.node, $0.request] })
        guard shortages != self.foreseen else { return }
        self.foreseen = shortages
        await self.askAboutStockAfterRun()
        for shortage in shortages where !known.contains([shortage.node, shortage.request]) {
            self.observe(.notice(shortage.words))
        }
    }

    /// A run that is done is not made undone by what the journal does not take then: it is asked after the next one.
    func askAboutStockAfterRun() async {
        do {
            try await self.askAboutStock()
        } catch {
            self.observe(.notice("nobody was asked for refills: \(error)"))
        }
    }

    private func withdrawStockQuestion(about node: String) async {
        do {
            try await self.stockQuestions.withdraw(node)
        } catch {
            self.observe(.notice("an open question about \(node) still names the lot before: \(error)"))
        }
    }

    /// Takes over what an operator did by hand. Refused while a run is under way.
    ///
    /// - Parameter prompt: the question to which this is the answer; nil if it was done unasked.
    func correct(
        _ correction: StockCorrection, by person: String,
        answering prompt: (id: UUIDv7, answer: JSONValue)? = nil
    ) async throws -> StockCorrectionReport {
        // One after the other: what is not kept is taken back, and must not take along what came after it.
        let earlier = self.correcting
        let taking = Task {
            await earlier?.value
            return try await self.take(correction, by: person, answering: prompt)
        }
        self.correcting = Task { _ = await taking.result }
        return try await taking.value
    }

    private func take(
        _ correction: StockCorrection, by person: String, answering prompt: (id: UUIDv7, answer: JSONValue)?
    ) async throws -> StockCorrectionReport {
        // Cleaning that is owed has not begun, and goes on from what it finds.
        let owed = Set(self.owedCleaning.map(\.id))
        let open = try await self.journal.unfinishedRuns().first {
            $0.state != .awaitingOperator && !$0.isManual && !owed.contains($0.id)
        }
        if let run = self.underWay.entries.first?.run ?? open?.id {
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
            let report = try await self.journal.keep(
                after, by: correction, after: before, in: lab, person: person, answering: prompt)
            let (old, new) = (report.before.words, report.after.words)
            self.observe(.notice("\(correction.node) holds \(new) now, says \(person); before: \(old)"))
            self.foreseen.removeAll { $0.node == correction.node }
            if correction.lot != nil { await self.withdrawStockQuestion(about: correction.node) }
            await self.askAboutStockAfterRun()
            return report
        } catch {
            if self.fluid == after { self.replaceFluid(before) }
            self.replaceModel(described)
            throw error
        }
    }
}
