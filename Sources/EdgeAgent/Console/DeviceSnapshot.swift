import DeviceKit

/// How the devices answered last. Pages are asked for more often than devices should be: whoever asks gets what is known,
/// and has it renewed for the next one.
actor DeviceSnapshot {
    private let ask: @Sendable () async -> [DeviceReport]
    private let onChange: @Sendable () -> Void
    private var reports: [DeviceReport]?
    private var asked: ContinuousClock.Instant?
    private var renewal: Task<[DeviceReport], Never>?

    /// Devices are asked at most this often.
    private static let interval = Duration.seconds(3)

    init(ask: @escaping @Sendable () async -> [DeviceReport], onChange: @escaping @Sendable () -> Void) {
        self.ask = ask
        self.onChange = onChange
    }

    /// What was answered last, without asking.
    var known: [DeviceReport] { self.reports ?? [] }

    /// Waits for answers only when there are none yet.
    func latest() async -> [DeviceReport] {
        let renewal = self.renew()
        if let reports { return reports }
        return await renewal?.value ?? []
    }

    private func renew() -> Task<[DeviceReport], Never>? {
        if let renewal { return renewal }
        if let asked, asked + Self.interval > .now { return nil }
        let renewal = Task {
            let fresh = await self.ask()
            self.keep(fresh)
            return fresh
        }
        self.renewal = renewal
        return renewal
    }

    private func keep(_ fresh: [DeviceReport]) {
        let hasChanged = self.reports != nil && self.reports != fresh
        self.reports = fresh
        self.asked = .now
        self.renewal = nil
        if hasChanged { self.onChange() }
    }
}
