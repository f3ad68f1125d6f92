public import Protocols

extension Journal {
    /// Commits the intent to do a step. Only after this has returned may a byte leave.
    ///
    /// A step that was begun before may be begun again if it was refused, if it is repeatable and not done, or if it is
    /// known how far it came.
    ///
    /// - Parameters:
    ///   - index: its place in the run, from 0.
    ///   - description: what is done, as data that can be read back after a crash.
    ///   - isRepeatable: whether doing it twice does no harm (read, move-to).
    ///   - isVerified: whether a query or an operator has told what an earlier attempt did, so that beginning again does
    ///     nothing twice; also lets a repeatable step be done again that is done.
    /// - Throws: `illegalTransition` for a step that may have happened and must not happen twice, `notFound`.
    public func beginStep(
        _ index: Int, of run: UUIDv7, kind: String, description: JSONValue, isRepeatable: Bool, isVerified: Bool = false
    ) async throws(StoreError) {
        let moment = self.now()
        let step = StepRecord(
            run: run, index: index, kind: kind, description: description, isRepeatable: isRepeatable, state: .intent,
            outcome: nil, attempt: 1, intended: moment, changed: moment)
        try await self.commit("begin step \(index) of run \(run)") {
            try StepTable.begin(step, isVerified: isVerified, in: $0)
        }
    }

    /// Notes that the step's bytes have left.
    public func markSent(step index: Int, of run: UUIDv7) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("note step \(index) of run \(run) as sent") {
            try StepTable.setState(index, of: run, .sent, outcome: nil, at: moment, in: $0)
        }
    }

    /// Notes how a step ended, with what became true by it, in one transaction.
    ///
    /// - Parameters:
    ///   - state: done, refused or unknown. What was unknown may become done or refused later.
    ///   - outcome: what came back.
    ///   - stock: what was taken from the lab.
    public func finishStep(
        _ index: Int, of run: UUIDv7, _ state: StepState, outcome: JSONValue? = nil, stock: [StockChange] = []
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("finish step \(index) of run \(run)") { database in
            try StepTable.setState(index, of: run, state, outcome: outcome, at: moment, in: database)
            for change in stock { try StockTable.apply(change, at: moment, in: database) }
        }
    }

    /// The steps that were begun so far, in order.
    public func steps(of run: UUIDv7) async throws(StoreError) -> [StepRecord] {
        try await self.read("read the steps of run \(run)") { try StepTable.steps(of: run, in: $0) }
    }
}
