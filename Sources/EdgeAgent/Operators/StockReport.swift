import Analysis
import DeviceKit
public import Methods

/// What one vessel or syringe holds.
public struct StockPlace: Sendable, Hashable, Codable {
    public struct Part: Sendable, Hashable, Codable {
        /// Name of the stock solution.
        public var name: String
        /// The stock solution's id; `Solvent` for the solvent.
        public var source: String
        /// Of the liquid's volume, 0…1.
        public var fraction: Double
    }

    public enum Kind: String, Sendable, Codable {
        case reservoir, solvent, waste, vial, syringe, cell
    }

    public var node: String
    public var kind: Kind
    /// Name of what belongs into it, for reservoirs and the solvent.
    public var stock: String?
    /// How the lot that was filled into a reservoir last is called by its manufacturer.
    public var batch: String?
    /// Liquid; without gas.
    public var volume_mL: Double
    /// Gas in a syringe.
    public var gas_mL: Double
    /// Nil where no limit is known.
    public var capacity_mL: Double?
    /// The largest part first; empty where there is no liquid.
    public var content: [Part]

    /// `50 mL of EMC`, `2 mL of 0.75 EMC + 0.25 EC-EMC`, `nothing`.
    public var words: String {
        self.content.isEmpty ? "nothing" : "\(Volume(self.volume_mL, .millilitre)) of \(self.mixture)"
    }

    /// `EMC`, `0.75 EMC + 0.25 EC-EMC`; empty where there is no liquid.
    public var mixture: String {
        guard self.content.count > 1 else { return self.content.first?.name ?? "" }
        return self.content.map { "\(Self.rounded($0.fraction)) \($0.name)" }.joined(separator: " + ")
    }

    private static func rounded(_ fraction: Double) -> String {
        let rounded = (fraction * 1000).rounded() / 1000
        return rounded == 0 ? "<0.001" : "\(rounded)"
    }
}

/// What stands in the bottles, vials and syringes of a lab.
public struct StockReport: Sendable, Hashable, Codable {
    /// False where no agent has worked yet: this is the lab as first described.
    public var remembered: Bool
    /// In the order of the tubing's nodes, kind by kind; cells only as long as they hold something aqueous.
    public var places: [StockPlace]
    /// Of all stock solutions, in their order, the oldest lot of each first.
    public var lots: [LotReport]

    /// - Parameter memory: what the agent remembers; nil shows the lab as first described.
    public init(_ lab: LabModel, remembering memory: LabMemory?) throws(OperatorError) {
        if let memory, let fluid = memory.fluid {
            let lab = try memory.lab(lab)
            self.init(lab, try fluid.fitting(lab), remembered: true)
        } else {
            self.init(lab, try .asDescribed(lab), remembered: false)
        }
    }

    init(_ lab: LabModel, _ fluid: FluidState, remembered: Bool) {
        self.remembered = remembered
        let places = lab.router.graph.nodes.compactMap { StockPlace($0.name, in: fluid, of: lab) }
        self.lots = lab.table.stocks.flatMap { LotReport.all(of: $0, fluid, in: lab) }
        let order: [StockPlace.Kind] = [.reservoir, .solvent, .waste, .vial, .syringe]
        let wet = [lab.cell.instrument, lab.densimeter?.instrument].compactMap(\.self)
            .compactMap { StockPlace($0, in: fluid, of: lab) }
            .filter { $0.content.contains { $0.source == FluidSource.aqueous.rawValue } }
        self.places = order.flatMap { kind in places.filter { $0.kind == kind && !$0.isUnused } } + wet
    }
}

/// A vessel before and after an operator's correction.
public struct StockCorrectionReport: Sendable, Hashable, Codable {
    public var before: StockPlace
    public var after: StockPlace
}

extension StockPlace {
    /// Nil for nodes that hold nothing.
    init?(_ node: String, in fluid: FluidState, of lab: LabModel) {
        let content: FluidPortion
        if let cell = lab.router.graph.cell(of: node) {
            self.kind = .cell
            content = fluid.content(of: cell)
            self.capacity_mL = cell.deadVolume.in(.millilitre)
        } else if let holder = fluid.vessels[node] ?? fluid.syringes[node],
            let kind = lab.router.graph.node(node).flatMap({ Kind($0.kind) })
        {
            self.kind = kind
            content = holder.content
            self.capacity_mL = holder.capacity?.in(.millilitre)
        } else {
            return nil
        }
        self.node = node
        let own = lab.table.stocks.first { $0.reservoir == node }
        self.stock = own?.name ?? lab.ownLiquid(of: node)?.fractions.keys.first.map(lab.name)
        self.batch = own?.batch
        self.volume_mL = content.liquidVolume.in(.millilitre)
        self.gas_mL = content.volume(of: .gas).in(.millilitre)
        let liquid = content.liquidVolume
        self.content = content.sources.filter { $0 != .gas }
            .map { Part(name: lab.name(of: $0), source: $0.rawValue, fraction: content.volume(of: $0) / liquid) }
            .sorted { ($1.fraction, $0.name) < ($0.fraction, $1.name) }
    }

    /// A bottle for which the lab has no stock, and which is empty.
    fileprivate var isUnused: Bool { self.kind == .reservoir && self.stock == nil && self.content.isEmpty }
}

extension StockPlace.Kind {
    fileprivate init?(_ kind: FluidicNode.Kind) {
        switch kind {
        case .reservoir: self = .reservoir
        case .solvent: self = .solvent
        case .waste: self = .waste
        case .vial: self = .vial
        case .pump: self = .syringe
        default: return nil
        }
    }
}
