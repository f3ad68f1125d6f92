public import DeviceKit

/// Misfortune from outside. Each returns whether the lab has such a device, and is recorded as `injected`.
extension LabWorld {
    /// The drive goes into fault now.
    @discardableResult
    public func pumpOverload(_ name: String) -> Bool {
        self.onPump(name) { $0.injectOverload(pump: $1) }
    }

    /// The drive counts motions that do not happen: its coupling slips.
    @discardableResult
    public func pumpSlips(_ name: String, _ slips: Bool = true) -> Bool {
        self.onPump(name) { $0.setSlipping(pump: $1, slips) }
    }

    /// The drive comes back disabled and without its reference.
    @discardableResult
    public func pumpLosesPower(_ name: String) -> Bool {
        self.onPump(name) { $0.cyclePower(pump: $1) }
    }

    /// Commands to turn are ignored.
    @discardableResult
    public func valveSticks(_ name: String, _ sticks: Bool = true) -> Bool {
        guard let index = self.description.rotaryValves.firstIndex(where: { $0.name == name }) else { return false }
        self.with { $0.setSticking(valve: index, sticks) }
        return true
    }

    /// From now on the bottle gives air.
    @discardableResult
    public func reservoirEmpties(_ name: String) -> Bool {
        guard let index = self.description.terminals.firstIndex(where: { $0.name == name }) else { return false }
        self.with { $0.drain(bottle: index) }
        return true
    }

    @discardableResult
    public func set(temperature: Temperature, ofCell name: String) -> Bool {
        guard let index = self.description.cells.firstIndex(where: { $0.name == name }) else { return false }
        self.with { $0.set(temperature: temperature, ofCell: index) }
        return true
    }

    /// A person takes a cell off its tubes and fills it with something else; nil puts it back. What stands in its tubes stays.
    @discardableResult
    public func fill(cell name: String, byHandWith filling: HandFilling?) -> Bool {
        guard let index = self.description.cells.firstIndex(where: { $0.name == name }) else { return false }
        self.with { $0.byHand[index] = filling }
        return true
    }

    private func onPump(_ name: String, _ body: @Sendable (inout WorldState, Int) -> Void) -> Bool {
        guard let index = self.description.pumps.firstIndex(where: { $0.name == name }) else { return false }
        self.with { body(&$0, index) }
        return true
    }
}
