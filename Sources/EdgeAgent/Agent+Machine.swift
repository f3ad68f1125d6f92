import Store
import Uplink

/// A machine whose disk is full or fails, or whose clock is set.
extension Agent {
    /// Looks after disk, journal and clock.
    func watch(_ machine: MachineWatch) async throws {
        while true {
            try await ContinuousClock().sleep(for: .seconds(1))
            if let news = await machine.look() { self.observe(.notice(news)) }
        }
    }

    /// A delivery that could not write goes on when it can again; what was being posted then is looked up first.
    func deliver(_ delivery: Delivery) async throws {
        while true {
            do {
                try await delivery.run()
                try Task.checkCancellation()
            } catch let error as StoreError {
                try await self.waitForJournal(error, before: "no result is delivered")
            }
        }
    }

    /// Why the journal takes nothing is told by the watch.
    func waitForJournal(_ error: StoreError, before consequence: String) async throws {
        guard error.code == .diskFull || error.code == .storageFailed else { throw error }
        try await ContinuousClock().sleep(for: .seconds(5))
    }
}
