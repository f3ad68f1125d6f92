extension Journal {
    // MARK: For whoever has a result

    /// Keeps a result that belongs to no run, and puts it into the outbox. Runs use `finishRun`.
    public func enqueue(_ result: NewResult) async throws(StoreError) {
        let moment = self.now()
        let written = WrittenResult(result)
        try await self.commit("keep result \(written.id)") { database in
            try ResultTable.insert(written, run: nil, at: moment, in: database)
            try OutboxTable.insert(written, at: moment, in: database)
        }
        self.ringOutbox()
    }

    // MARK: For people

    /// Results in the order they were made.
    ///
    /// - Parameters:
    ///   - id: the last one of the page before, if any.
    ///   - state: only those in this state.
    public func outboxPage(
        limit: Int = 100, after id: UUIDv7? = nil, state: OutboxState? = nil
    ) async throws(StoreError) -> [OutboxItem] {
        try await self.read("list the outbox") { try OutboxTable.page(after: id, state: state, limit: limit, in: $0) }
    }

    /// Results newest first.
    public func newestResults(limit: Int = 100) async throws(StoreError) -> [OutboxItem] {
        try await self.read("list results") { try OutboxTable.newest(limit: limit, in: $0) }
    }

    public func outboxItem(_ id: UUIDv7) async throws(StoreError) -> OutboxItem? {
        try await self.read("read result \(id)") { try OutboxTable.item(id, in: $0) }
    }

    public func outboxCounts() async throws(StoreError) -> OutboxCounts {
        try await self.read("count the outbox") { try OutboxTable.counts(in: $0) }
    }

    /// Reads every result and compares it with its checksum.
    public func verifyOutbox() async throws(StoreError) -> OutboxVerification {
        try await self.read("verify the outbox") { try OutboxTable.verify(in: $0) }
    }

    /// Sends a quarantined result or one in conflict once more.
    public func retry(_ id: UUIDv7, reason: String = "retried by an operator") async throws(StoreError) {
        let moment = self.now()
        try await self.commit("retry result \(id)") { database in
            try OutboxTable.setState(id, .ready, .init(reason: reason), at: moment, in: database)
            try OutboxTable.noteStatus(nil, of: id, in: database)
        }
        self.ringOutbox()
    }

    // MARK: For the delivery

    /// Ready results that may be posted now: for each request the oldest one, and none while another is under way.
    public func dueForPosting(limit: Int) async throws(StoreError) -> [OutboxItem] {
        let moment = self.now()
        return try await self.read("read the outbox") {
            try OutboxTable.due(.ready, at: moment, limit: limit, in: $0)
        }
    }

    /// Results whose outcome has to be looked up, and whose settle time is over.
    public func dueForReconciling(limit: Int) async throws(StoreError) -> [OutboxItem] {
        let moment = self.now()
        return try await self.read("read the outbox") {
            try OutboxTable.due(.ambiguous, at: moment, limit: limit, in: $0)
        }
    }

    /// How long until something is due that is not due now; nil if nothing waits.
    public func outboxWait() async throws(StoreError) -> Duration? {
        let moment = self.now()
        return try await self.read("read the outbox") { try OutboxTable.wait(at: moment, in: $0) }
    }

    /// Commits that these results are about to be posted; each counts one attempt more.
    public func markSending(_ ids: [UUIDv7]) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("mark results as sending") { database in
            for id in ids { try OutboxTable.setState(id, .sending, at: moment, in: database) }
        }
    }

    /// Back to `ready`: certainly not at the broker.
    public func markReady(
        _ ids: [UUIDv7], reason: String, after wait: Duration = .zero
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("mark results as ready") { database in
            for id in ids {
                try OutboxTable.setState(id, .ready, .init(reason: reason, next: wait), at: moment, in: database)
            }
        }
    }

    /// Nobody knows whether the broker kept it.
    ///
    /// - Parameters:
    ///   - status: the HTTP status, if there was an answer; nil for none.
    ///   - settle: how long the broker may still be working on it.
    public func markAmbiguous(
        _ id: UUIDv7, reason: String, status: Int?, settle: Duration
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("mark result \(id) as ambiguous") { database in
            try OutboxTable.setState(id, .ambiguous, .init(reason: reason, settle: settle), at: moment, in: database)
            try OutboxTable.noteStatus(status, of: id, in: database)
        }
    }

    /// It could not be looked up; it is tried again after `wait`.
    public func postponeReconciling(
        _ id: UUIDv7, reason: String, after wait: Duration
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("postpone result \(id)") {
            try OutboxTable.setState(id, .ambiguous, .init(reason: reason, next: wait), at: moment, in: $0)
        }
    }

    public func markDelivered(_ id: UUIDv7, brokerResultID: String) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("mark result \(id) as delivered") {
            try OutboxTable.setState(id, .delivered, .init(brokerResultID: brokerResultID), at: moment, in: $0)
        }
        self.ringOutbox()
    }

    public func markConflict(_ id: UUIDv7, brokerResultID: String?, reason: String) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("mark result \(id) as in conflict") {
            try OutboxTable.setState(
                id, .conflict, .init(reason: reason, brokerResultID: brokerResultID), at: moment, in: $0)
        }
        self.ringOutbox()
    }

    public func markQuarantined(_ id: UUIDv7, reason: String) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("quarantine result \(id)") {
            try OutboxTable.setState(id, .quarantined, .init(reason: reason), at: moment, in: $0)
        }
        self.ringOutbox()
    }

    /// To be called once at start: what was `sending` becomes `ambiguous`.
    ///
    /// - Returns: how many there were.
    public func interruptSending(settle: Duration) async throws(StoreError) -> Int {
        let moment = self.now()
        return try await self.commit("look after interrupted posts") {
            try OutboxTable.interruptSending(settle: settle, at: moment, in: $0)
        }
    }

    /// Ends every waiting for a next attempt, since the broker is back. Settle times stay.
    public func releaseWaiting() async throws(StoreError) {
        try await self.commit("end the waiting of the outbox") { try OutboxTable.releaseWaiting(in: $0) }
    }
}
