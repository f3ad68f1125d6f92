public import Analysis
public import DeviceKit

/// The lab as methods see it: what it holds, how it is plumbed, and what its devices can do. While the agent runs, it
/// changes only when a lot is filled into a bottle; which liquid stands where is told apart from it.
public struct LabModel: Sendable {
    /// What a plan has to know of one pump.
    public struct Syringe: Sendable, Hashable {
        public var capacity: Volume
        public var flowRange: ClosedRange<FlowRate>

        public init(capacity: Volume, flowRange: ClosedRange<FlowRate>) {
            self.capacity = capacity
            self.flowRange = flowRange
        }
    }

    /// Where samples are, as results name it.
    public var address: String
    public var machine: String
    public var table: StockTable
    public var solver: RecipeSolver
    /// The tubes as weighed, where they were.
    public internal(set) var router: Router
    /// The tubes as the lab's tables describe them.
    public let describedRouter: Router
    public var handling: LiquidHandlingSettings
    /// By pump node.
    public var syringes: [String: Syringe]
    public var cell: ConductivityCell
    public var conductivity: ConductivitySettings?
    public var electrolyte: ElectrolyteSettings?
    public var densimeter: DensimeterCell?
    public var density: DensimetrySettings?
    public var viscosity: DensimetrySettings?
    /// The lines to the vials, as far as vials share them.
    public internal(set) var vialLines: [VialLine] = []
    public var transport: TransportSettings?

    public init(
        address: String, machine: String, table: StockTable, router: Router, handling: LiquidHandlingSettings,
        syringes: [String: Syringe], cell: ConductivityCell, conductivity: ConductivitySettings?,
        electrolyte: ElectrolyteSettings?, transport: TransportSettings? = nil
    ) throws(FormulationError) {
        self.address = address
        self.machine = machine
        self.table = table
        self.solver = try RecipeSolver(table: table)
        self.router = router
        self.describedRouter = router
        self.handling = handling
        self.syringes = syringes
        self.cell = cell
        self.conductivity = conductivity
        self.electrolyte = electrolyte
        self.transport = transport
    }

    /// The lab after bottles were filled with other lots.
    public func loading(_ lots: [StockLot]) throws(FormulationError) -> LabModel {
        var lab = self
        lab.table = try self.table.loading(lots)
        lab.solver = try RecipeSolver(table: lab.table)
        return lab
    }
}
