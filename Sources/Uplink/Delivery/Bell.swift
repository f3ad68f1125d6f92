/// Lets one task wait until something has to be done, or a time has passed.
actor Bell {
    private var hasRung = false
    private var waiter: CheckedContinuation<Void, Never>?

    func ring() {
        self.hasRung = true
        self.waiter?.resume()
        self.waiter = nil
    }

    /// Returns at once if it has rung since the last time; also when the task is cancelled.
    func wait(atMost duration: Duration, by clock: any Clock<Duration>) async {
        if self.hasRung || Task.isCancelled {
            self.hasRung = false
            return
        }
        let timer = Task {
            try? await clock.sleep(for: duration)
            if !Task.isCancelled { self.ring() }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { self.waiter = $0 }
        } onCancel: {
            Task { await self.ring() }
        }
        timer.cancel()
        self.hasRung = false
    }
}
