public import Protocols

extension Journal {
    /// Sets what the lab has of one thing.
    ///
    /// - Parameter expectedRevision: the revision that was read before; nil to overwrite whatever is there.
    /// - Returns: the new revision.
    /// - Throws: `staleRevision` if somebody else was faster.
    @discardableResult
    public func setStock(
        _ key: String, _ value: JSONValue, expectedRevision: Int64? = nil
    ) async throws(StoreError) -> Int64 {
        let moment = self.now()
        let change = StockChange(key: key, value: value, expectedRevision: expectedRevision)
        return try await self.commit("set stock \(key)") { try StockTable.apply(change, at: moment, in: $0) }
    }

    /// Changes what the lab has on a person's word: the changes and the audit entry in one transaction.
    ///
    /// - Parameters:
    ///   - act: what was done, as the audit trail calls it.
    ///   - prompt: the question to which this is the answer; nil if nothing was asked.
    /// - Throws: `illegalTransition` if the question was answered before or has expired; nothing is changed then.
    public func setStock(
        _ changes: [StockChange], by person: String, act: String, detail: JSONValue,
        answering prompt: (id: UUIDv7, answer: JSONValue)? = nil
    ) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("\(act) for \(person)") { database in
            if let prompt {
                try PromptTable.end(prompt.id, .answered, answer: prompt.answer, by: person, at: moment, in: database)
            }
            for change in changes { try StockTable.apply(change, at: moment, in: database) }
            _ = try AuditTable.append(person: person, act: act, detail: detail, utc: moment.utc, in: database)
        }
        if prompt != nil { self.ringAnswer() }
    }

    public func stock(_ key: String) async throws(StoreError) -> Stock? {
        try await self.read("read stock \(key)") { try StockTable.stock(key, in: $0) }
    }

    public func allStock() async throws(StoreError) -> [Stock] {
        try await self.read("list stock") { try StockTable.all(in: $0) }
    }
}
