public import DeviceKit

extension StockTable {
    /// Reads the tables of chemicals and stock solutions from the texts of their files; the file names are only told in
    /// diagnostics.
    ///
    /// Chemicals: `inchikey`, `name`, `smiles`, `molar_mass_g_per_mol`, `molar_mass_u_g_per_mol`, `density_g_per_mL`,
    /// `density_u_g_per_mL`, `density_temperature_K` (these three may be blank together), `batch`, `manufacturer`,
    /// `manufacturing_date`, and optionally `references`. Stock solutions: `id`, `name`, `reservoir`, `pump`,
    /// `mass_total_g`, `mass_total_u_g`, `mass_g:<InChIKey>` and `mass_u_g:<InChIKey>` for each chemical, and density
    /// and texts as before. `_u_` stands for standard uncertainty. The column names of the ASAB system are understood,
    /// too.
    ///
    /// Throws everything that is wrong in both files at once. What is merely suspicious stands in `warnings`.
    public init(
        chemicals: String,
        chemicalsFile: String,
        stocks: String,
        stocksFile: String
    ) throws(SourceDiagnostics) {
        let chemicalRows = ChemicalRows(chemicals, file: chemicalsFile)
        let stockRows = StockRows(
            stocks,
            file: stocksFile,
            chemicals: chemicalRows.names,
            chemicalsFile: chemicalsFile
        )
        let diagnostics = SourceDiagnostics(chemicalRows.diagnostics + stockRows.diagnostics)
        guard diagnostics.errors.isEmpty else { throw diagnostics }
        do {
            try self.init(chemicals: chemicalRows.chemicals, stocks: stockRows.stocks, warnings: diagnostics.all)
        } catch {
            let start = SourcePosition(file: stocksFile, line: 1, column: 1)
            throw SourceDiagnostics([SourceDiagnostic(at: start, "\(error)")])
        }
    }
}
