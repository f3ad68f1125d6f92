public import Logging
import Protocols
public import Store

/// Brings every result of the outbox to the broker: exactly once as far as it is in our hands.
///
/// A result is `sending` before a byte leaves. A clear answer makes it `delivered`, `quarantined` or `ready` again.
/// After an unclear one (time-out, broken connection, internal error, crash) it is `ambiguous`: when the broker has had
/// time to settle, it is asked what it has for the request, and only if it has nothing the result is posted again.
/// There are never two posts under way for one request.
///
/// | answer to the post | what becomes of the result |
/// | --- | --- |
/// | 200 with an id | delivered |
/// | 200 with anything else, 408, a web page | looked up |
/// | 409 | conflict |
/// | 401 after a new login, 403, 3xx, 404, 405, 410 | ready; all wait: the account or the address is wrong |
/// | 429 | ready; all wait, as long as `Retry-After` says |
/// | other 4xx | quarantined |
/// | 500 and the like | looked up; if nothing is found and it was the third in a row, quarantined |
/// | 502, 503, 504 | looked up; all wait |
/// | no connection | ready; all wait until the broker takes connections again |
/// | time-out, broken connection | looked up; all wait |
///
/// What remains: a broker without `Idempotency-Key` whose handler sleeps longer than the settle time can store a result
/// twice.
public final class Delivery: Sendable {
    let journal: Journal
    let client: FinalesClient
    let policy: DeliveryPolicy
    let logger: Logger
    let watch: BrokerWatch
    private let clock: any Clock<Duration>
    private let bell = Bell()

    /// - Parameter clock: by which it waits; it has to agree with the journal's.
    public init(
        journal: Journal, client: FinalesClient, policy: DeliveryPolicy = DeliveryPolicy(),
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger = Logger(label: "delivery")
    ) {
        self.journal = journal
        self.client = client
        self.policy = policy
        self.logger = logger
        self.clock = clock
        self.watch = BrokerWatch(policy: policy, now: journal.now)
    }

    public var status: DeliveryStatus {
        get async { await self.watch.status }
    }

    /// Delivers until the task is cancelled; then it ends within moments, whatever the broker does.
    ///
    /// - Throws: if the journal cannot be written any more.
    public func run() async throws(StoreError) {
        let interrupted = try await self.journal.interruptSending(settle: self.policy.settle)
        if interrupted > 0 {
            self.logger.notice("delivery.interrupted", metadata: ["results": "\(interrupted)"])
        }
        let signs = self.journal.outboxSigns()
        let result = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signs { await self.bell.ring() }
            }
            group.addTask { await self.watchForReturn() }
            let result = await self.deliverUntilCancelled()
            group.cancelAll()
            return result
        }
        try result.get()
    }

    private func deliverUntilCancelled() async -> Result<Void, StoreError> {
        do throws(StoreError) {
            while !Task.isCancelled {
                if let pause = await self.watch.pause {
                    await self.bell.wait(atMost: pause, by: self.clock)
                    continue
                }
                let isBusy = try await self.deliverPage()
                if isBusy { continue }
                let wait = try await self.journal.outboxWait() ?? .seconds(60)
                await self.bell.wait(atMost: min(max(wait, .milliseconds(1)), .seconds(60)), by: self.clock)
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: whether there was anything to do.
    private func deliverPage() async throws(StoreError) -> Bool {
        let unclear = try await self.journal.dueForReconciling(limit: self.policy.page)
        if !unclear.isEmpty {
            try await self.reconcile(unclear)
            return true
        }
        return try await self.postReady()
    }

    private func watchForReturn() async {
        while !Task.isCancelled {
            do {
                try await self.clock.sleep(for: self.policy.probe)
            } catch {
                return
            }
            guard await self.watch.isUnreachable else { continue }
            guard await BrokerWatch.canConnect(to: self.client.address, within: self.policy.probe * 4) else { continue }
            await self.watch.noteReturn()
            self.logger.notice("broker.back", metadata: ["address": "\(self.client.address)"])
            do {
                try await self.journal.releaseWaiting()
            } catch {
                self.logger.error("delivery.journal", metadata: ["error": "\(error)"])
            }
            await self.bell.ring()
        }
    }

    /// Tells of a trouble once, when it is new.
    func note(_ error: BrokerError) async {
        if await self.watch.noteTrouble(error) {
            self.logger.warning("broker.trouble", metadata: ["error": "\(error)"])
        }
    }
}
