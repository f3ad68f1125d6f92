public import Analysis
import DeviceKit

extension FluidState {
    /// The lab as it is first described: bottles full as weighed in, lines from the bottles full of what is in them,
    /// everything else dry, syringes and vials empty.
    public init(describing lab: LabModel) throws(FluidStateError) {
        self.init(lab.router.graph)
        guard !lab.router.graph.nodes.isEmpty else { return }
        for stock in lab.table.stocks {
            let liquid = Liquid(FluidSource(stock.id))
            try self.set(stock.reservoir, to: Holder(FluidPortion(liquid, volume: stock.volumeTotal ?? .zero)))
            self.fill(Self.supplyLine(from: stock.reservoir, in: lab), with: liquid)
        }
        try self.set(
            lab.handling.solvent, to: Holder(FluidPortion(.solvent, volume: lab.handling.solventVolume)))
        self.fill(Self.supplyLine(from: lab.handling.solvent, in: lab), with: .solvent)
        for (pump, syringe) in lab.syringes { try self.set(pump, to: Holder(capacity: syringe.capacity)) }
        for vial in lab.handling.vials { try self.set(vial, to: Holder(capacity: lab.handling.vialVolume)) }
    }

    /// What stands in the lab's tubes, in the volumes that they were weighed to hold.
    public func fitted(to lab: LabModel) -> FluidState {
        var fitted = self
        let graph = lab.router.graph
        fitted.stretch(lab.vialLines.filter { $0.weighing != nil }.flatMap(\.edges).compactMap(graph.edge))
        return fitted
    }

    /// The tubes that begin at a bottle.
    private static func supplyLine(from node: String, in lab: LabModel) -> [FluidicEdge] {
        lab.router.graph.edges(at: node)
    }
}
