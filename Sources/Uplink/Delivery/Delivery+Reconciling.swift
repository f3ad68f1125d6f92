import Logging
import Protocols
import Store

extension Delivery {
    /// Looks results up whose posts had no clear answer, a few at a time. The first trouble ends the page.
    func reconcile(_ page: [OutboxItem]) async throws(StoreError) {
        var waiting = page[...]
        let failure = await withTaskGroup(of: (isTrouble: Bool, error: StoreError?).self) { group -> StoreError? in
            var (isTrouble, underWay) = (false, 0)
            var failure: StoreError?
            while true {
                while !isTrouble, failure == nil, !Task.isCancelled, underWay < self.policy.concurrency,
                    let item = waiting.popFirst()
                {
                    underWay += 1
                    group.addTask { await self.reconcile(item) }
                }
                guard let outcome = await group.next() else { return failure }
                underWay -= 1
                isTrouble = isTrouble || outcome.isTrouble
                failure = failure ?? outcome.error
            }
        }
        if let failure { throw failure }
    }

    private func reconcile(_ item: OutboxItem) async -> (isTrouble: Bool, error: StoreError?) {
        let comparison: ResultComparison
        do throws(BrokerError) {
            comparison = try await self.compare(item)
        } catch {
            return (error.isTrouble, await self.postpone(item, error))
        }
        await self.watch.noteSuccess()
        do throws(StoreError) {
            switch comparison {
            case .delivered(let brokerID):
                try await self.journal.markDelivered(item.id, brokerResultID: brokerID)
                await self.watch.noteDelivery()
                self.logger.notice("result.found", metadata: ["result": "\(item.id)", "broker": "\(brokerID)"])
            case .different(let brokerID):
                let reason = "the broker has another result (\(brokerID)) for request \(item.requestID)"
                self.logger.error("result.conflict", metadata: ["result": "\(item.id)", "reason": "\(reason)"])
                try await self.journal.markConflict(item.id, brokerResultID: brokerID, reason: reason)
            case .absent where item.lastStatusCount >= self.policy.sameErrors:
                let reason = "the broker answered \(item.lastStatusCount) times in a row: \(item.reason)"
                self.logger.error("result.quarantined", metadata: ["result": "\(item.id)", "reason": "\(reason)"])
                try await self.journal.markQuarantined(item.id, reason: reason)
            case .absent:
                // Without an answer the settle time was wait enough; an internal error gets longer each time.
                let wait = item.lastStatusCount > 0 ? self.policy.wait(after: item.lastStatusCount) : .zero
                try await self.journal.markReady([item.id], reason: "looked up; the broker has none", after: wait)
            }
            return (false, nil)
        } catch {
            return (false, error)
        }
    }

    /// The broker shows the first result for a request, deleted or not; only if that one is not the answer, the list
    /// of all results of the capability is read.
    private func compare(_ item: OutboxItem) async throws(BrokerError) -> ResultComparison {
        guard let first = try await self.client.result(forRequest: item.requestID) else { return .absent }
        if case .delivered(let brokerID) = ResultComparison(of: item, with: [first]) { return .delivered(brokerID) }
        let all = try await self.client.results(quantity: item.quantity, method: item.method)
        let request = Self.canonical(item.requestID)
        var found = all.filter { Self.canonical($0.result.requestUUID) == request }
        // A result of another capability is not in that list, but it stands.
        if !found.contains(where: { $0.uuid == first.uuid }) { found.insert(first, at: 0) }
        return ResultComparison(of: item, with: found)
    }

    private func postpone(_ item: OutboxItem, _ error: BrokerError) async -> StoreError? {
        if error.isTrouble {
            await self.note(error)
            return nil
        }
        self.logger.notice("result.unclear", metadata: ["result": "\(item.id)", "error": "\(error)"])
        do throws(StoreError) {
            try await self.journal.postponeReconciling(
                item.id, reason: error.description, after: self.policy.wait(after: 3))
            return nil
        } catch {
            return error
        }
    }

    private static func canonical(_ id: String) -> String {
        (try? FinalesUUID(parsing: id))?.hex ?? id
    }
}
