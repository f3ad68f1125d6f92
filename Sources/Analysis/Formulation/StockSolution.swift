public import DeviceKit

/// A mixture that was weighed in by hand, stands in one reservoir and is dosed by one pump. Its figures are those of one
/// lot of it.
public struct StockSolution: Sendable, Hashable, Identifiable {
    /// Key of volume fractions and doses, a UUID as a rule.
    public var id: String
    /// Which lot the figures are of; the stock's own id for the one that the file of stock solutions describes.
    public var lot: String
    public var name: String
    /// Node of the tubing graph that it is aspirated from.
    public var reservoir: String
    /// Node of the pump that doses it and nothing else.
    public var pump: String
    public var massTotal: Measured<MassDimension>
    /// Nil until it has been measured; the stock cannot be dosed before.
    public var density: Measured<DensityDimension>?
    public var densityTemperature: Temperature?
    /// What was weighed in, for the chemicals that are in it.
    public var masses: [InChIKey: Measured<MassDimension>]
    public var batch: String
    public var manufacturer: String
    public var manufacturingDate: String
    public var references: String

    public init(
        id: String,
        name: String,
        reservoir: String,
        pump: String,
        massTotal: Measured<MassDimension>,
        density: Measured<DensityDimension>?,
        densityTemperature: Temperature? = nil,
        masses: [InChIKey: Measured<MassDimension>],
        batch: String,
        manufacturer: String,
        manufacturingDate: String,
        references: String = ""
    ) {
        self.id = id
        self.lot = id
        self.name = name
        self.reservoir = reservoir
        self.pump = pump
        self.massTotal = massTotal
        self.density = density
        self.densityTemperature = densityTemperature
        self.masses = masses
        self.batch = batch
        self.manufacturer = manufacturer
        self.manufacturingDate = manufacturingDate
        self.references = references
    }

    /// What is in it, in the order of the keys.
    public var chemicals: [InChIKey] { self.masses.filter { $0.value.value.si > 0 }.keys.sorted() }

    /// Volume that was weighed in, from mass and density; nil while the density is unknown.
    public var volumeTotal: Volume? { self.density.map { Volume(si: self.massTotal.value.si / $0.value.si) } }
}
