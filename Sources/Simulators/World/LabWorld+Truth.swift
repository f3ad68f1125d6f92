import Analysis
import DeviceKit

/// What really is where, for judging what an agent reports. Nil for a name that the lab does not have.
extension LabWorld {
    /// What an ideal instrument would find in a cell now.
    public func truth(ofCell name: String) -> CellTruth? {
        guard let index = self.description.cells.firstIndex(where: { $0.name == name }) else { return nil }
        return self.with { $0.truth(ofCell: index) }
    }

    public func truth(ofVial name: String) -> LiquidMixture? { self.mixture(inTerminal: name) }

    /// What stands in a vial, bottle or waste.
    public func mixture(inTerminal name: String) -> LiquidMixture? {
        guard let index = self.description.terminals.firstIndex(where: { $0.name == name }) else { return nil }
        return self.with { $0.mixture(inBottle: index) }
    }

    public func mixture(inCell name: String) -> LiquidMixture? {
        guard let index = self.description.cells.firstIndex(where: { $0.name == name }) else { return nil }
        return self.with { $0.mixture(inCell: index) }
    }

    public func mixture(inPump name: String) -> LiquidMixture? {
        guard let index = self.description.pumps.firstIndex(where: { $0.name == name }) else { return nil }
        return self.with { $0.mixture(inSyringe: index) }
    }

    public func mixture(inTube label: String) -> LiquidMixture? {
        guard let index = self.description.edges.firstIndex(where: { $0.label == label }) else { return nil }
        return self.with { $0.mixture(inEdge: index) }
    }

    /// Whether a potentiostat drives the cell.
    public func isCellOn(_ name: String) -> Bool? {
        guard let index = self.description.cells.firstIndex(where: { $0.name == name }) else { return nil }
        return self.with { $0.isCellOn[index] }
    }

    /// mL of every liquid and of gas in the whole world, vented gas included: it stays the same.
    public func inventory() -> [String: Double] { self.with { $0.inventory } }
}
