import DeviceKit

/// Reads the table of chemicals.
struct ChemicalRows {
    let chemicals: [Chemical]
    /// Every key that a row names, also where the rest of the row is wrong.
    let names: [InChIKey: String]
    let diagnostics: [SourceDiagnostic]

    static let columns: [TableReading.Column] = [
        .init("inchikey", aliases: ["InChIKey"]),
        .init("name"),
        .init("smiles", aliases: ["SMILES"]),
        .init("molar_mass_g_per_mol", aliases: ["molar_mass"]),
        .init("molar_mass_u_g_per_mol", aliases: ["molar_mass_uncertainty"]),
        .init("density_g_per_mL", aliases: ["density"]),
        .init("density_u_g_per_mL", aliases: ["density_uncertainty"]),
        .init("density_temperature_K", aliases: ["density_temperature"]),
        .init("batch"), .init("manufacturer"), .init("manufacturing_date"),
        .init("references", isRequired: false),
    ]

    init(_ text: String, file: String) {
        var reading = TableReading(CSVTable(text, file: file), columns: Self.columns)
        var chemicals: [Chemical] = []
        var names: [InChIKey: String] = [:]
        for row in reading.table.rows {
            let key = reading.uniqueWord("inchikey", in: row).map(InChIKey.init(_:))
            if let key, !key.isWellFormed, let cell = reading.cell("inchikey", in: row) {
                reading.report(cell.diagnostic("\(key) is not an InChIKey such as AXPLOJNSKRXQPA-UHFFFAOYSA-N"))
            }
            let name = reading.uniqueWord("name", in: row)
            if let key { names[key] = name ?? key.text }
            if let chemical = Self.chemical(key, name, in: row, &reading) { chemicals.append(chemical) }
        }
        self.chemicals = chemicals
        self.names = names
        self.diagnostics = reading.diagnostics
    }

    private static func chemical(
        _ key: InChIKey?,
        _ name: String?,
        in row: CSVRow,
        _ reading: inout TableReading
    ) -> Chemical? {
        let smiles = reading.word("smiles", in: row)
        let molarMass = reading.measured("molar_mass_g_per_mol", uncertainty: "molar_mass_u_g_per_mol", in: row)
        let density = reading.density(in: row)
        let batch = reading.word("batch", in: row)
        let manufacturer = reading.word("manufacturer", in: row)
        let date = reading.word("manufacturing_date", in: row)
        guard let key, let name, let smiles, let molarMass, let batch, let manufacturer, let date else { return nil }
        return Chemical(
            inchiKey: key,
            name: name,
            smiles: smiles,
            molarMass: Measured(
                MolarMass(molarMass.value, .gramPerMole),
                uncertainty: MolarMass(molarMass.uncertainty, .gramPerMole)
            ),
            density: density?.value,
            densityTemperature: density?.temperature,
            batch: batch,
            manufacturer: manufacturer,
            manufacturingDate: date,
            references: reading.cell("references", in: row)?.text ?? ""
        )
    }
}

extension TableReading {
    /// Density, its uncertainty and its temperature, all of them or none.
    mutating func density(in row: CSVRow) -> (value: Measured<DensityDimension>, temperature: Temperature)? {
        let columns = ["density_g_per_mL", "density_u_g_per_mL", "density_temperature_K"]
        // The temperature alone is the lab's, not a measurement.
        let given = self.areGiven(Array(columns.prefix(2)), in: row)
        guard given == true else { return nil }
        let density = self.measured(columns[0], uncertainty: columns[1], in: row)
        let temperature = self.number(columns[2], in: row, .positive)
        guard let density, let temperature else { return nil }
        let value = Measured(
            Density(density.value, .gramPerMillilitre),
            uncertainty: Density(density.uncertainty, .gramPerMillilitre)
        )
        return (value, Temperature(temperature, .kelvin))
    }
}
