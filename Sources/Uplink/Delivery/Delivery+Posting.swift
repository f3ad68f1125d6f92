import Logging
import Protocols
import Store

extension Delivery {
    /// Posts results of different requests, a few at a time, until none is ready or one has to be looked up. While one
    /// page is posted the next one is made ready, so that the broker does not wait for the journal. The first trouble ends
    /// it; what was not begun goes back untouched.
    ///
    /// - Returns: whether there was anything to do.
    func postReady() async throws(StoreError) -> Bool {
        guard let first = try await self.nextPage() else { return false }
        var waiting = first[...]
        let failure = await withTaskGroup(of: PostingEvent.self) { group -> StoreError? in
            var (isTrouble, underWay, isSupplied) = (false, 0, true)
            var failure: StoreError?
            while true {
                let goesOn = !isTrouble && failure == nil && !Task.isCancelled
                while goesOn, underWay < self.policy.concurrency, let item = waiting.popFirst() {
                    underWay += 1
                    group.addTask { .posted(await self.post(item)) }
                }
                if goesOn, isSupplied, waiting.count < self.policy.page / 2 {
                    isSupplied = false
                    group.addTask { await self.supply() }
                }
                switch await group.next() {
                case .posted(let outcome):
                    underWay -= 1
                    isTrouble = isTrouble || outcome.isTrouble
                    // The next post need not wait for this one's commit.
                    group.addTask { .noted(await self.note(outcome)) }
                case .noted(let error): failure = failure ?? error
                case .supplied(.failure(let error)): failure = failure ?? error
                case .supplied(.success(let page)):
                    isSupplied = page != nil
                    waiting += page ?? []
                case nil: return failure
                }
            }
        }
        if !waiting.isEmpty {
            try await self.journal.markReady(waiting.map(\.id), reason: "the broker was in trouble before its turn")
        }
        if let failure { throw failure }
        return true
    }

    private func supply() async -> PostingEvent {
        do throws(StoreError) {
            return .supplied(.success(try await self.nextPage()))
        } catch {
            return .supplied(.failure(error))
        }
    }

    /// Results that are about to be posted, and are committed as such; nil if none is ready, or what is unclear comes first.
    private func nextPage() async throws(StoreError) -> [OutboxItem]? {
        guard try await self.journal.dueForReconciling(limit: 1).isEmpty else { return nil }
        let page = try await self.journal.dueForPosting(limit: self.policy.page)
        guard !page.isEmpty else { return nil }
        let objections = try await self.objections(to: page)
        for (id, reason) in objections {
            self.logger.error("result.quarantined", metadata: ["result": "\(id)", "reason": "\(reason)"])
            try await self.journal.markQuarantined(id, reason: reason)
        }
        let items = page.filter { objections[$0.id] == nil }
        if !items.isEmpty { try await self.journal.markSending(items.map(\.id)) }
        return items
    }

    private func post(_ item: OutboxItem) async -> PostOutcome {
        do throws(BrokerError) {
            return PostOutcome(
                item: item,
                answer: .success(
                    try await self.client.postResult(body: item.payload, idempotencyKey: item.id.description)))
        } catch {
            return PostOutcome(item: item, answer: .failure(error))
        }
    }

    /// Commits what a post came to.
    private func note(_ outcome: PostOutcome) async -> StoreError? {
        let id = outcome.item.id
        do throws(StoreError) {
            switch outcome.answer {
            case .success(let brokerID):
                await self.watch.noteDelivery()
                try await self.journal.markDelivered(id, brokerResultID: brokerID)
                self.logger.info("result.delivered", metadata: ["result": "\(id)", "broker": "\(brokerID)"])
            case .failure(let error) where error.code == .refused || error.code == .invalid:
                await self.watch.noteSuccess()
                self.logger.error("result.quarantined", metadata: ["result": "\(id)", "reason": "\(error)"])
                try await self.journal.markQuarantined(id, reason: error.description)
            case .failure(let error) where error.code == .conflict:
                await self.watch.noteSuccess()
                self.logger.error("result.conflict", metadata: ["result": "\(id)", "reason": "\(error)"])
                try await self.journal.markConflict(id, brokerResultID: nil, reason: error.description)
            case .failure(let error) where error.mayHaveHappened:
                if outcome.isTrouble { await self.note(error) }
                self.logger.notice("result.ambiguous", metadata: ["result": "\(id)", "reason": "\(error)"])
                // Only an error inside the broker can be this result's own fault.
                let status = error.code == .serverFailed ? error.status : nil
                try await self.journal.markAmbiguous(
                    id, reason: error.description, status: status, settle: self.policy.settle)
            case .failure(let error):
                await self.note(error)
                try await self.journal.markReady([id], reason: error.description)
            }
            return nil
        } catch {
            return error
        }
    }

    /// Why results of a page must not be posted, by the schemas as the broker gave them last. If one is not known yet, or
    /// a result does not fit, the broker is asked first.
    private func objections(to page: [OutboxItem]) async throws(StoreError) -> [UUIDv7: String] {
        let checks = try await self.storedChecks(for: page)
        let objections = Self.objections(to: page, checks)
        guard !objections.isEmpty || page.contains(where: { checks[Self.name($0)] == nil }) else { return [:] }
        do {
            try await self.client.keepCapabilities(in: self.journal)
        } catch let error as StoreError {
            throw error
        } catch {
            self.logger.notice("capabilities.unknown", metadata: ["error": "\(error)"])
            return objections
        }
        return Self.objections(to: page, try await self.storedChecks(for: page))
    }

    private static func objections(to page: [OutboxItem], _ checks: [String: CapabilityCheck]) -> [UUIDv7: String] {
        var objections: [UUIDv7: String] = [:]
        for item in page { objections[item.id] = self.objection(to: item, checks[self.name(item)]) }
        return objections
    }

    private static func objection(to item: OutboxItem, _ check: CapabilityCheck?) -> String? {
        guard item.isIntact else { return "the stored result does not have its checksum any more" }
        let result: FinalesResult
        do {
            result = try FinalesResult(parsing: JSONValue(parsing: item.payload))
        } catch {
            return "the stored result cannot be read: \(error)"
        }
        let violations = check?.violations(in: result) ?? []
        guard !violations.isEmpty else { return nil }
        return "does not fit the schemas of \(self.name(item)): "
            + violations.prefix(5).map(\.description).joined(separator: "; ")
    }

    private func storedChecks(for page: [OutboxItem]) async throws(StoreError) -> [String: CapabilityCheck] {
        var checks: [String: CapabilityCheck] = [:]
        for item in page where checks[Self.name(item)] == nil {
            guard
                let capability = try await self.journal.capability(quantity: item.quantity, method: item.method)
            else { continue }
            do {
                checks[Self.name(item)] = try CapabilityCheck(capability)
            } catch {
                // The broker judges then.
                self.logger.warning("schema.unreadable", metadata: ["of": "\(Self.name(item))", "error": "\(error)"])
            }
        }
        return checks
    }

    private static func name(_ item: OutboxItem) -> String { "\(item.quantity)/\(item.method)" }
}

/// What happens while results are posted.
private enum PostingEvent: Sendable {
    case posted(PostOutcome)
    /// What a post came to is committed, or could not be.
    case noted(StoreError?)
    case supplied(Result<[OutboxItem]?, StoreError>)
}

/// What the broker said to one post.
private struct PostOutcome: Sendable {
    let item: OutboxItem
    let answer: Result<String, BrokerError>

    /// Whether the next post would fare the same.
    var isTrouble: Bool {
        guard case .failure(let error) = self.answer else { return false }
        return error.isTrouble
    }
}

extension BrokerError {
    /// Whether it says something about the broker or the way to it, rather than about one item.
    var isTrouble: Bool {
        switch self.code {
        case .refused, .conflict, .invalid, .serverFailed, .garbled, .tooLarge: false
        default: true
        }
    }
}
