import Analysis
import DeviceKit
import Methods

/// One lot of a stock solution: what it is, and where what is left of it stands.
public struct LotReport: Sendable, Hashable, Codable {
    /// As results name it.
    public var id: String
    /// Name of the stock solution.
    public var stock: String
    public var reservoir: String
    public var batch: String
    public var manufacturer: String
    public var manufacturing_date: String
    /// Value and standard uncertainty of what was weighed in.
    public var mass_g: [Double]
    /// The same of the density; nil where it has not been measured.
    public var density_g_per_mL: [Double]?
    /// The same of each chemical, by InChIKey.
    public var masses_g: [String: [Double]]
    /// Whether it is the lot that stands in its reservoir.
    public var is_in_use: Bool
    public var in_reservoir_mL: Double
    /// In syringes, lines, vials and wastes.
    public var elsewhere_mL: Double
}

extension LotReport {
    /// The lots of a stock solution that the lab knows, the oldest first.
    static func all(of stock: StockSolution, _ fluid: FluidState, in lab: LabModel) -> [LotReport] {
        let lots = (try? lab.table.byLot.stocks) ?? []
        let inventory = fluid.inventory
        return lots.filter { lab.table.stockID(ofLot: $0.id) == stock.id }.map { lot in
            let source = FluidSource(lot.id)
            let held = fluid.vessels[stock.reservoir]?.content.volume(of: source) ?? .zero
            return LotReport(
                id: lot.id, stock: stock.name, reservoir: stock.reservoir, batch: lot.batch,
                manufacturer: lot.manufacturer, manufacturing_date: lot.manufacturingDate,
                mass_g: lot.massTotal.pair(in: .gram), density_g_per_mL: lot.density?.pair(in: .gramPerMillilitre),
                masses_g: Dictionary(
                    lot.masses.map { ($0.key.text, $0.value.pair(in: .gram)) }, uniquingKeysWith: { first, _ in first }),
                is_in_use: lot.id == stock.lot, in_reservoir_mL: held.in(.millilitre),
                elsewhere_mL: (inventory.volume(of: source) - held).in(.millilitre))
        }
    }
}

extension Measured {
    /// Value and standard uncertainty.
    fileprivate func pair(in unit: Unit<Kind>) -> [Double] { [self.value.in(unit), self.uncertainty.in(unit)] }
}
