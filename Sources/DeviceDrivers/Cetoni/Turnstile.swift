import DeviceKit

/// Lets one task through at a time, in the order they came.
actor Turnstile {
    private var isTaken = false
    private var queue: [(ticket: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    private var ticketsGiven: UInt64 = 0

    /// Waits for its turn; whoever gets true must `leave()`. False: turned away or cancelled while waiting.
    func enter() async -> Bool {
        guard !Task.isCancelled else { return false }
        guard self.isTaken else {
            self.isTaken = true
            return true
        }
        self.ticketsGiven += 1
        let ticket = self.ticketsGiven
        return await withTaskCancellationHandler {
            await withCheckedContinuation { self.queue.append((ticket, $0)) }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
    }

    func leave() {
        guard !self.queue.isEmpty else {
            self.isTaken = false
            return
        }
        self.queue.removeFirst().continuation.resume(returning: true)
    }

    /// Turns away everyone who waits.
    func turnAllAway() {
        let all = self.queue
        self.queue = []
        for waiting in all { waiting.continuation.resume(returning: false) }
    }

    private func giveUp(_ ticket: UInt64) {
        guard let index = self.queue.firstIndex(where: { $0.ticket == ticket }) else { return }
        self.queue.remove(at: index).continuation.resume(returning: false)
    }
}

extension Turnstile {
    /// Has a device do something when its turn has come; whoever is turned away has sent nothing.
    func pass<Value: Sendable>(
        _ device: String, _ command: String, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        guard await self.enter() else { throw .givenUp(device, command) }
        let result: Result<Value, DeviceError>
        do throws(DeviceError) {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await self.leave()
        return try result.get()
    }
}

extension DeviceError {
    /// A stop or a cancellation came first.
    static func givenUp(_ device: String, _ command: String) -> Self {
        Self(
            .cancelled, device: device, command: command, "given up before it began", advice: "Nothing was sent.")
    }
}
