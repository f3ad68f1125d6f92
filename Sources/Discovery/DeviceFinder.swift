import Links

/// Looks for serial devices: all of them at first, then whatever changes.
///
///     let finder = try DeviceFinder()
///     while true { for change in await finder.changes(until: .now + .seconds(2)) { … } }
public actor DeviceFinder {
    /// Events are lost in containers and under load, and none is raised when a device is freed: so it is looked anew.
    public static let reconciliationPeriod = Duration.seconds(2)

    private let udev: Udev
    private var plugged = PluggedDevices()
    private var nextLook: ContinuousClock.Instant?

    /// - Parameter attributes: attributes of ancestors that rules ask for.
    public init(attributes: Set<String> = []) throws(DiscoveryError) {
        self.udev = try Udev(attributes: attributes)
    }

    /// All devices that are there now.
    public func devices() -> [FoundDevice] { self.udev.enumerate() }

    /// The changes since the last call, in their order; waits for one until the deadline or cancellation. The first call
    /// returns at once, with everything that is there.
    public func changes(until deadline: ContinuousClock.Instant) async -> [DeviceChange] {
        guard let look = self.nextLook else { return self.look() }
        var changes = self.takeEvents()
        if changes.isEmpty {
            await self.wait(until: min(deadline, look))
            changes = self.takeEvents()
        }
        if ContinuousClock.now >= look { changes += self.look() }
        return changes
    }

    private func wait(until limit: ContinuousClock.Instant) async {
        if let descriptor = self.udev.eventDescriptor {
            _ = await DescriptorReadiness.wait(for: descriptor, until: limit)
        } else {
            // Cancellation ends the wait, and whoever called asks about it.
            try? await ContinuousClock().sleep(until: limit)
        }
    }

    private func takeEvents() -> [DeviceChange] {
        var changes: [DeviceChange] = []
        while let event = self.udev.nextEvent() {
            switch event {
            case .present(let device):
                // What is plugged in elsewhere may be what was pulled here without a word.
                for known in self.plugged.all where !self.udev.has(systemPath: known.systemPath) {
                    changes += self.plugged.noteRemoval(ofSystemPath: known.systemPath)
                }
                changes += self.plugged.note(device)
            case .removed(let path): changes += self.plugged.noteRemoval(ofSystemPath: path)
            case .overrun: changes += self.look()
            }
        }
        return changes
    }

    private func look() -> [DeviceChange] {
        self.nextLook = .now + Self.reconciliationPeriod
        return self.plugged.reconcile(with: self.udev.enumerate())
    }
}
