import Analysis
public import DeviceKit
import Methods
import Store

/// What people say of a lot that they fill in.
public struct LotDescription: Sendable, Hashable {
    /// A table in the form of the lab's table of stock solutions, in which one row names the reservoir; nil for a lot that
    /// is weighed in like the one before it.
    public var file: String?
    public var batch: String?
    public var mass: Mass?
    public var density: Density?
    public var manufacturer: String?
    public var date: String?

    /// Relative standard uncertainty of a density where none was known before.
    private static let assumed = 0.001

    public init(
        file: String? = nil, batch: String? = nil, mass: Mass? = nil, density: Density? = nil,
        manufacturer: String? = nil, date: String? = nil
    ) {
        self.file = file
        self.batch = batch
        self.mass = mass
        self.density = density
        self.manufacturer = manufacturer
        self.date = date
    }

    /// The filling of a reservoir.
    ///
    /// - Parameters:
    ///   - volume: what the reservoir holds; nil for all that was weighed in.
    ///   - memory: the lots before it.
    /// - Throws: `OperatorError` for what is missing, `SourceDiagnostics` for what is wrong in the file.
    public func loading(
        of node: String, holding volume: Volume?, in lab: LabDescription, after memory: LabMemory?
    ) throws -> StockCorrection {
        let present = try memory?.lab(lab.model) ?? lab.model
        guard let stock = present.table.stocks.first(where: { $0.reservoir == node }) else {
            throw OperatorError(
                .badData, "no stock solution stands in \(node); add it to the table of stock solutions first")
        }
        let lot = try self.file.map { try self.row(of: node, in: $0, lab) } ?? self.like(stock)
        guard lot.id == stock.id else {
            throw OperatorError(
                .badData, "\(node) is for the stock solution \(stock.name), id \(stock.id); the row has id \(lot.id)")
        }
        guard let density = lot.density else {
            throw OperatorError(.badData, "\(lot.name) cannot be dosed without its density; measure it first")
        }
        let new = StockLot(
            id: UUIDv7Source().make().description, stock: stock.id, massTotal: lot.massTotal, density: density,
            densityTemperature: lot.densityTemperature, masses: lot.masses, batch: lot.batch,
            manufacturer: lot.manufacturer, manufacturingDate: lot.manufacturingDate, references: lot.references)
        return .loaded(node: node, lot: new, holds: volume ?? new.volume)
    }

    private func row(of node: String, in file: String, _ lab: LabDescription) throws -> StockSolution {
        guard let chemicals = lab.configuration.chemicalsFile else {
            throw OperatorError(.badData, "the lab has no table of chemicals; its description handles no liquids")
        }
        let table = try StockTable(
            chemicals: TextFile.read(chemicals), chemicalsFile: chemicals, stocks: TextFile.read(file),
            stocksFile: file)
        guard let row = table.stocks.first(where: { $0.reservoir == node }) else {
            throw OperatorError(.badData, "\(file) has no row for \(node)")
        }
        return row
    }

    /// The composition of the lot before, in another amount.
    private func like(_ stock: StockSolution) throws(OperatorError) -> StockSolution {
        guard let batch, let mass else {
            throw OperatorError(
                .usage,
                "a lot needs either --from FILE, or --batch and --mass for one weighed in like the lot before it")
        }
        guard mass > .zero, density.map({ $0 > .zero }) ?? true else {
            throw OperatorError(.badData, "mass and density must be greater than zero")
        }
        var lot = stock
        let share = mass / stock.massTotal.value
        lot.batch = batch
        lot.massTotal = Measured(mass, uncertainty: stock.massTotal.uncertainty)
        lot.masses = stock.masses.mapValues { Measured($0.value * share, uncertainty: $0.uncertainty) }
        if let density {
            lot.density = Measured(density, uncertainty: stock.density?.uncertainty ?? density * Self.assumed)
        }
        lot.manufacturer = self.manufacturer ?? stock.manufacturer
        lot.manufacturingDate = self.date ?? "not recorded"
        return lot
    }
}
