import Analysis
public import DeviceKit
public import Methods

/// What an operator did to a vessel by hand, so that the agent's picture of the lab is true again.
public enum StockCorrection: Sendable, Hashable, Codable {
    /// A reservoir or the solvent holds this volume of its own stock now. At most 1 m³.
    case refilled(node: String, holds: Volume)
    /// A filled vial was taken away; an empty one stands in its place.
    case freed(vial: String)
    /// A waste bottle, or a syringe, was emptied.
    case emptied(node: String)

    public var node: String {
        switch self {
        case .refilled(let node, _), .freed(let node), .emptied(let node): node
        }
    }

    /// As the audit trail calls it.
    var act: String {
        switch self {
        case .refilled: "refill"
        case .freed: "free vial"
        case .emptied: "empty"
        }
    }

    /// Whether it could be done in a lab in which nothing was moved yet.
    public func check(against lab: LabModel) throws(OperatorError) {
        _ = try self.applied(to: .asDescribed(lab), of: lab)
    }

    /// - Returns: the liquids of the lab with this change.
    /// - Throws: `.badData` where the vessel is of another kind, or nothing would change.
    func applied(to fluid: FluidState, of lab: LabModel) throws(OperatorError) -> FluidState {
        let old = try self.holder(in: fluid, of: lab)
        let content = try self.content(in: lab)
        var new = fluid
        do throws(FluidStateError) {
            try new.set(self.node, to: .init(content, capacity: old.capacity))
        } catch {
            throw OperatorError(.badData, "\(error)")
        }
        return new
    }

    /// The vessel before, if it is one that this can be done to.
    private func holder(in fluid: FluidState, of lab: LabModel) throws(OperatorError) -> FluidState.Holder {
        guard let holder = fluid.vessels[self.node] ?? fluid.syringes[self.node],
            let kind = lab.router.graph.node(self.node)?.kind
        else {
            throw OperatorError(.badData, "the lab has no vessel \(self.node); see `edge-agent stock`")
        }
        switch self {
        case .refilled:
            guard kind != .vial else {
                throw OperatorError(
                    .badData,
                    "\(self.node) is a vial; an empty one in its place is `edge-agent stock free \(self.node)`")
            }
            guard kind != .pump else {
                throw OperatorError(
                    .badData, "\(self.node) is a syringe; once emptied it is `edge-agent stock empty \(self.node)`")
            }
            guard kind != .waste else {
                throw OperatorError(
                    .badData, "\(self.node) is a waste; once emptied it is `edge-agent stock empty \(self.node)`")
            }
        case .freed:
            guard kind == .vial else {
                throw OperatorError(.badData, "\(self.node) is no vial; see `edge-agent stock`")
            }
        case .emptied:
            guard kind == .waste || kind == .pump else {
                throw OperatorError(.badData, "\(self.node) is neither a waste nor a syringe; see `edge-agent stock`")
            }
        }
        if case .refilled = self { return holder }
        guard holder.content.liquidVolume > .zero else {
            throw OperatorError(.badData, "\(self.node) is empty already; nothing was changed")
        }
        return holder
    }

    private func content(in lab: LabModel) throws(OperatorError) -> FluidPortion {
        guard case .refilled(let node, let volume) = self else { return FluidPortion() }
        guard volume >= .zero, volume <= Volume(1000, .litre) else {
            throw OperatorError(.badData, "\(node) cannot hold \(volume)")
        }
        guard let liquid = lab.ownLiquid(of: node) else {
            throw OperatorError(
                .badData, "no stock solution stands in \(node); add it to the table of stock solutions first")
        }
        return FluidPortion(liquid, volume: volume)
    }
}

extension LabModel {
    /// What is filled into a reservoir or the solvent's bottle; nil if nothing is.
    func ownLiquid(of node: String) -> Liquid? {
        if node == self.handling.solvent { return .solvent }
        return self.table.stocks.first { $0.reservoir == node }.map { Liquid(FluidSource($0.id)) }
    }

    /// The name by which people know what came from a source.
    func name(of source: FluidSource) -> String {
        self.table.stocks.first { $0.id == source.rawValue }?.name ?? source.rawValue
    }
}
