public import DeviceKit

/// One filling of a stock solution's bottle: what was weighed in, by whose hand and when. A lot never changes; the next
/// filling is another lot.
public struct StockLot: Sendable, Hashable, Identifiable, Codable {
    /// By which liquid that came from it is known wherever it stands.
    public var id: String
    /// Id of the stock solution that it is a lot of.
    public var stock: String
    public var massTotal: Measured<MassDimension>
    public var density: Measured<DensityDimension>
    public var densityTemperature: Temperature?
    /// What was weighed in, for the chemicals that are in it.
    public var masses: [InChIKey: Measured<MassDimension>]
    public var batch: String
    public var manufacturer: String
    public var manufacturingDate: String
    public var references: String

    public init(
        id: String, stock: String, massTotal: Measured<MassDimension>, density: Measured<DensityDimension>,
        densityTemperature: Temperature?, masses: [InChIKey: Measured<MassDimension>], batch: String,
        manufacturer: String, manufacturingDate: String, references: String
    ) {
        self.id = id
        self.stock = stock
        self.massTotal = massTotal
        self.density = density
        self.densityTemperature = densityTemperature
        self.masses = masses
        self.batch = batch
        self.manufacturer = manufacturer
        self.manufacturingDate = manufacturingDate
        self.references = references
    }

    /// From mass and density.
    public var volume: Volume { Volume(si: self.massTotal.value.si / self.density.value.si) }

    /// What is in it, in the order of the keys.
    public var chemicals: [InChIKey] { self.masses.filter { $0.value.value.si > 0 }.keys.sorted() }
}
