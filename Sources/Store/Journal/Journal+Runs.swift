public import Protocols

extension Journal {
    /// Notes that a request will be served; the run is `queued`.
    ///
    /// - Throws: `duplicate` if a run for this request is not finished yet.
    public func createRun(
        request: JSONValue, requestID: String, quantity: String, method: String, plan: JSONValue? = nil,
        memory: JSONValue? = nil
    ) async throws(StoreError) -> UUIDv7 {
        let run = NewRun(
            id: self.ids.make(), request: request, requestID: requestID, quantity: quantity, method: method, plan: plan,
            memory: memory)
        let record = run.record(at: self.now())
        try await self.commit("create a run for request \(requestID)") { try RunTable.insert(record, in: $0) }
        return run.id
    }

    /// Moves a run to its next state.
    ///
    /// - Parameter reason: why, in words for people.
    /// - Throws: `illegalTransition`, `notFound`.
    public func setRunState(_ run: UUIDv7, _ state: RunState, reason: String = "") async throws(StoreError) {
        let moment = self.now()
        try await self.commit("set run \(run) to “\(state.rawValue)”") {
            try RunTable.setState(run, state, reason: reason, at: moment, in: $0)
        }
        if state.isFinal { self.ringPrompt() }
    }

    public func run(_ id: UUIDv7) async throws(StoreError) -> RunRecord? {
        try await self.read("read run \(id)") { try RunTable.run(id, in: $0) }
    }

    /// All runs for a request, oldest first.
    public func runs(forRequest requestID: String) async throws(StoreError) -> [RunRecord] {
        try await self.read("read the runs of request \(requestID)") {
            try RunTable.runs(forRequest: requestID, in: $0)
        }
    }

    /// Runs that are not in a final state, oldest first: what a restart has to look after.
    public func unfinishedRuns() async throws(StoreError) -> [RunRecord] {
        try await self.read("read the unfinished runs") { try RunTable.unfinished(in: $0) }
    }

    /// Runs of all states, newest first.
    ///
    /// - Parameter id: the last run of the page before, if any.
    public func runs(before id: UUIDv7? = nil, limit: Int = 100) async throws(StoreError) -> [RunRecord] {
        try await self.read("list runs") { try RunTable.page(before: id, limit: limit, in: $0) }
    }

    /// Ends a run with a result: result, raw files, outbox row and the run's state in one transaction.
    ///
    /// - Parameters:
    ///   - result: what will be posted; its payload is kept byte by byte.
    ///   - rawFiles: files that belong to it, already written and synchronised.
    ///   - state: a final state that `finishing` may become.
    ///   - stock: changes of stock that become true with it.
    ///   - next: a run that is to follow, queued in the same transaction, so that no crash in between forgets it.
    /// - Throws: `illegalTransition` if the run is neither running nor finishing, `duplicate` for a second time.
    public func finishRun(
        _ run: UUIDv7, with result: NewResult, rawFiles: [RawFile] = [], state: RunState = .succeeded,
        reason: String = "", stock: [StockChange] = [], followedBy next: NewRun? = nil
    ) async throws(StoreError) {
        let moment = self.now()
        let written = WrittenResult(result)
        let following = next?.record(at: moment)
        try await self.commit("finish run \(run)") { database in
            guard let record = try RunTable.run(run, in: database) else {
                throw StoreError.missing("finish run \(run)")
            }
            if record.state != .finishing {
                try RunTable.setState(run, .finishing, reason: reason, at: moment, in: database)
            }
            try RunTable.setState(run, state, reason: reason, at: moment, in: database)
            try ResultTable.insert(written, run: run, at: moment, in: database)
            try OutboxTable.insert(written, at: moment, in: database)
            for file in rawFiles { try RawFileTable.insert(file, run: run, result: result.id, in: database) }
            for change in stock { try StockTable.apply(change, at: moment, in: database) }
            if let following { try RunTable.insert(following, in: database) }
        }
        self.ringOutbox()
    }

    /// Ends a run well that has no result, such as cleaning.
    public func finishRun(_ run: UUIDv7) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("finish run \(run)") { database in
            guard let record = try RunTable.run(run, in: database) else {
                throw StoreError.missing("finish run \(run)")
            }
            if record.state != .finishing {
                try RunTable.setState(run, .finishing, reason: "", at: moment, in: database)
            }
            try RunTable.setState(run, .succeeded, reason: "", at: moment, in: database)
        }
    }

    /// Ends a run that failed and has no result.
    ///
    /// - Parameter next: a run that is to follow, as in `finishRun`.
    public func failRun(_ run: UUIDv7, reason: String, followedBy next: NewRun? = nil) async throws(StoreError) {
        let moment = self.now()
        let following = next?.record(at: moment)
        try await self.commit("end run \(run) as failed") { database in
            try RunTable.setState(run, .failed, reason: reason, at: moment, in: database)
            if let following { try RunTable.insert(following, in: database) }
        }
    }

    /// Lets a run wait for an operator: its state and the question in one transaction.
    ///
    /// - Returns: the question's id.
    public func suspendRun(
        _ run: UUIDv7, reason: String, asking question: JSONValue
    ) async throws(StoreError) -> UUIDv7 {
        let moment = self.now()
        let prompt = Prompt(asking: question, id: self.ids.make(), run: run, at: moment)
        try await self.commit("let run \(run) wait for an operator") { database in
            try RunTable.setState(run, .awaitingOperator, reason: reason, at: moment, in: database)
            try PromptTable.insert(prompt, in: database)
        }
        self.ringPrompt()
        return prompt.id
    }

    /// Gives a run up on a person's word: its state, the end of its questions and the audit entry in one transaction.
    ///
    /// - Parameter prompt: the question to which this is the answer; nil if nothing was asked.
    public func abandonRun(
        _ run: UUIDv7, by person: String, reason: String, detail: JSONValue,
        answering prompt: (id: UUIDv7, answer: JSONValue)? = nil
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("abandon run \(run)") { database in
            if let prompt {
                try PromptTable.end(
                    prompt.id, .answered, answer: prompt.answer, by: person, at: moment, in: database)
            }
            try RunTable.setState(run, .failed, reason: reason, at: moment, in: database)
            _ = try AuditTable.append(person: person, act: "abandon run", detail: detail, utc: moment.utc, in: database)
        }
        self.ringPrompt()
    }
}
