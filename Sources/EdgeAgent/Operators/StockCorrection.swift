public import Analysis
public import DeviceKit
public import Methods

/// What an operator did to a vessel by hand, so that the agent's picture of the lab is true again.
public enum StockCorrection: Sendable, Hashable, Codable {
    /// A reservoir or the solvent holds this volume of its own stock now. At most 1 m³.
    case refilled(node: String, holds: Volume)
    /// A bottle with another lot of the stock solution stands in the place of a reservoir now, and holds this much.
    case loaded(node: String, lot: StockLot, holds: Volume)
    /// A filled vial was taken away; an empty one stands in its place.
    case freed(vial: String)
    /// A waste bottle, a reservoir or a syringe was emptied.
    case emptied(node: String)
    /// The cell of an instrument was rinsed with a water-free solvent and dried by hand.
    case dried(cell: String)

    public var node: String {
        switch self {
        case .refilled(let node, _), .loaded(let node, _, _), .freed(let node), .emptied(let node), .dried(let node):
            node
        }
    }

    /// As the audit trail calls it.
    var act: String {
        switch self {
        case .refilled: "refill"
        case .loaded: "load lot"
        case .freed: "free vial"
        case .emptied: "empty"
        case .dried: "dry cell"
        }
    }

    /// The lot that comes into the lab with it.
    var lot: StockLot? { if case .loaded(_, let lot, _) = self { lot } else { nil } }

    /// Whether it could be done in a lab in which nothing was moved yet.
    public func check(against lab: LabModel) throws(OperatorError) {
        let lab = try self.loading(into: lab)
        _ = try self.applied(to: .asDescribed(lab), of: lab)
    }

    /// - Returns: the lab, which knows the lot.
    /// - Throws: `.badData` for a lot that does not belong into this bottle.
    func loading(into lab: LabModel) throws(OperatorError) -> LabModel {
        guard case .loaded(let node, let lot, _) = self else { return lab }
        guard let stock = lab.table.stocks.first(where: { $0.reservoir == node }), stock.id == lot.stock else {
            throw OperatorError(.badData, "lot \(lot.batch) is of no stock solution that stands in \(node)")
        }
        do throws(FormulationError) {
            return try lab.loading([lot])
        } catch {
            throw OperatorError(.badData, "\(error)")
        }
    }

    /// - Returns: the liquids of the lab with this change.
    /// - Throws: `.badData` where the vessel is of another kind, or nothing would change.
    func applied(to fluid: FluidState, of lab: LabModel) throws(OperatorError) -> FluidState {
        if case .dried(let cell) = self { return try Self.dry(cell, in: fluid, of: lab) }
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

    private static func dry(
        _ cell: String, in fluid: FluidState, of lab: LabModel
    ) throws(OperatorError) -> FluidState {
        guard let edge = lab.router.graph.cell(of: cell) else {
            throw OperatorError(.badData, "the tubing has no cell \(cell)")
        }
        guard fluid.content(of: edge).sources.contains(.aqueous) else {
            throw OperatorError(.badData, "\(cell) holds nothing aqueous; nothing was changed")
        }
        var dry = fluid
        dry.fill([edge], with: .gas)
        return dry
    }

    /// The vessel before, if it is one that this can be done to.
    private func holder(in fluid: FluidState, of lab: LabModel) throws(OperatorError) -> FluidState.Holder {
        guard let holder = fluid.vessels[self.node] ?? fluid.syringes[self.node],
            let kind = lab.router.graph.node(self.node)?.kind
        else {
            throw OperatorError(.badData, "the lab has no vessel \(self.node); see `edge-agent stock`")
        }
        switch self {
        case .refilled, .loaded:
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
            guard kind == .waste || kind == .pump || kind == .reservoir else {
                throw OperatorError(
                    .badData, "\(self.node) is neither a waste, a reservoir nor a syringe; see `edge-agent stock`")
            }
        // Has no holder.
        case .dried: break
        }
        switch self {
        case .refilled, .loaded: return holder
        case .freed, .emptied, .dried: break
        }
        guard holder.content.liquidVolume > .zero else {
            throw OperatorError(.badData, "\(self.node) is empty already; nothing was changed")
        }
        return holder
    }

    private func content(in lab: LabModel) throws(OperatorError) -> FluidPortion {
        let (node, volume): (String, Volume)
        switch self {
        case .refilled(let refilled, let holds): (node, volume) = (refilled, holds)
        case .loaded(let loaded, _, let holds): (node, volume) = (loaded, holds)
        case .freed, .emptied, .dried: return FluidPortion()
        }
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
        return self.table.stocks.first { $0.reservoir == node }.map { Liquid(FluidSource($0.lot)) }
    }

    /// The name by which people know what came from a source; with the lot where there were several.
    func name(of source: FluidSource) -> String {
        guard let id = self.table.stockID(ofLot: source.rawValue),
            let stock = self.table.stocks.first(where: { $0.id == id })
        else { return source.rawValue }
        guard self.table.lots.contains(where: { $0.stock == id }) else { return stock.name }
        return "\(stock.name) (lot \(self.table.batch(ofLot: source.rawValue) ?? source.rawValue))"
    }
}
