public import DeviceKit

/// A pure substance that stock solutions are made of.
public struct Chemical: Sendable, Hashable {
    public var inchiKey: InChIKey
    /// Short name used at the bench, `EMC` for example.
    public var name: String
    public var smiles: String
    public var molarMass: Measured<MolarMassDimension>
    /// Needed only to read and write volume fractions of pure components.
    public var density: Measured<DensityDimension>?
    public var densityTemperature: Temperature?
    public var batch: String
    public var manufacturer: String
    public var manufacturingDate: String
    public var references: String

    public init(
        inchiKey: InChIKey,
        name: String,
        smiles: String,
        molarMass: Measured<MolarMassDimension>,
        density: Measured<DensityDimension>? = nil,
        densityTemperature: Temperature? = nil,
        batch: String,
        manufacturer: String,
        manufacturingDate: String,
        references: String = ""
    ) {
        self.inchiKey = inchiKey
        self.name = name
        self.smiles = smiles
        self.molarMass = molarMass
        self.density = density
        self.densityTemperature = densityTemperature
        self.batch = batch
        self.manufacturer = manufacturer
        self.manufacturingDate = manufacturingDate
        self.references = references
    }
}
