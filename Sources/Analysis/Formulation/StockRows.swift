import DeviceKit

/// Reads the table of stock solutions.
struct StockRows {
    let stocks: [StockSolution]
    let diagnostics: [SourceDiagnostic]

    static let columns: [TableReading.Column] = [
        .init("id", aliases: ["ID"]),
        .init("name"), .init("reservoir"), .init("pump"),
        .init("mass_total_g", aliases: ["mass_total"]),
        .init("mass_total_u_g", aliases: ["mass_total_uncertainty"]),
        .init("density_g_per_mL", aliases: ["density"]),
        .init("density_u_g_per_mL", aliases: ["density_uncertainty"]),
        .init("density_temperature_K", aliases: ["density_temperature"]),
        .init("batch"), .init("manufacturer"), .init("manufacturing_date"),
        .init("references", isRequired: false),
    ]

    /// `chemicals` gives the names of the known chemicals, which the file `chemicalsFile` lists.
    init(_ text: String, file: String, chemicals: [InChIKey: String], chemicalsFile: String) {
        let table = CSVTable(text, file: file)
        let columns = table.header.compactMap { MassColumn($0) }
        var reading = TableReading(
            table,
            columns: Self.columns,
            others: Set(columns.flatMap { [$0.header.text, $0.uncertaintyName] })
        )
        var keys: Set<InChIKey> = []
        for column in columns {
            if !keys.insert(column.key).inserted {
                reading.report(column.header.diagnostic("there is another column with the mass of \(column.key)"))
            } else if !column.key.isWellFormed {
                reading.report(column.header.diagnostic("\(column.key) is not an InChIKey"))
            } else if chemicals[column.key] == nil {
                reading.report(column.header.diagnostic("chemical \(column.key) is not in \(chemicalsFile)"))
            }
            if table.headerCell(column.uncertaintyName) == nil {
                let message = "column \(column.uncertaintyName) with the uncertainties is missing"
                reading.report(column.header.diagnostic(message))
            }
        }
        if columns.isEmpty, !table.header.isEmpty {
            let message =
                "there is no column with a chemical's mass, such as \(MassColumn.prefix)AXPLOJNSKRXQPA-UHFFFAOYSA-N"
            reading.report(SourceDiagnostic(at: table.start, message))
        }
        var stocks: [StockSolution] = []
        for row in table.rows {
            if let stock = Self.stock(in: row, columns, names: chemicals, &reading) { stocks.append(stock) }
        }
        self.stocks = stocks
        self.diagnostics = reading.diagnostics
    }

    private static func stock(
        in row: CSVRow,
        _ columns: [MassColumn],
        names: [InChIKey: String],
        _ reading: inout TableReading
    ) -> StockSolution? {
        let id = reading.uniqueWord("id", in: row)
        let name = reading.word("name", in: row)
        let reservoir = reading.uniqueWord("reservoir", in: row)
        let pump = reading.uniqueWord("pump", in: row)
        let total = reading.measured("mass_total_g", uncertainty: "mass_total_u_g", in: row).map(Measured.grams)
        let before = reading.diagnostics.count
        let density = reading.density(in: row)
        if density == nil, reading.diagnostics.count == before, let cell = reading.cell("density_g_per_mL", in: row) {
            let message = "\(name ?? "the stock") cannot be dosed until its density has been measured"
            reading.report(cell.diagnostic(message, severity: .warning))
        }
        let masses = Self.masses(in: row, columns, names: names, &reading)
        if let total, let masses { Self.checkSum(of: masses, total, in: row, &reading) }
        let batch = reading.word("batch", in: row)
        let manufacturer = reading.word("manufacturer", in: row)
        let date = reading.word("manufacturing_date", in: row)
        guard let id, let name, let reservoir, let pump, let total, let masses, let batch, let manufacturer, let date
        else { return nil }
        return StockSolution(
            id: id,
            name: name,
            reservoir: reservoir,
            pump: pump,
            massTotal: total,
            density: density?.value,
            densityTemperature: density?.temperature,
            masses: masses,
            batch: batch,
            manufacturer: manufacturer,
            manufacturingDate: date,
            references: reading.cell("references", in: row)?.text ?? ""
        )
    }

    /// The masses that are not zero; nil when one cannot be read.
    private static func masses(
        in row: CSVRow,
        _ columns: [MassColumn],
        names: [InChIKey: String],
        _ reading: inout TableReading
    ) -> [InChIKey: Measured<MassDimension>]? {
        var masses: [InChIKey: Measured<MassDimension>] = [:]
        var isComplete = true
        for column in columns {
            if let cell = reading.cell(column.header.text, in: row), cell.isBlank {
                let name = names[column.key] ?? column.key.text
                reading.report(cell.diagnostic("mass of \(name) is blank; write 0 when there is none"))
                isComplete = false
                continue
            }
            let mass = reading.measured(
                column.header.text,
                uncertainty: column.uncertaintyName,
                in: row,
                .notNegative
            )
            guard let mass else {
                isComplete = false
                continue
            }
            if mass.value > 1e-15 { masses[column.key] = Measured.grams(mass) }
        }
        return isComplete ? masses : nil
    }

    /// What was weighed in must be the total, within the expanded uncertainty of the difference (k = 2).
    private static func checkSum(
        of masses: [InChIKey: Measured<MassDimension>],
        _ total: Measured<MassDimension>,
        in row: CSVRow,
        _ reading: inout TableReading
    ) {
        let sorted = masses.sorted { $0.key < $1.key }.map(\.value)
        let sum = sorted.reduce(Mass.zero) { $0 + $1.value }
        let variance = ([total] + sorted).reduce(0) { $0 + $1.uncertainty.si * $1.uncertainty.si }
        let allowed = Mass(si: 2 * variance.squareRoot())
        guard (sum - total.value).magnitude > allowed + total.value * 1e-9,
            let cell = reading.cell("mass_total_g", in: row)
        else { return }
        let message =
            "the masses of the chemicals add up to \(sum), not to the total of \(total.value); they may differ by "
            + allowed.formatted(.milligram)
        reading.report(cell.diagnostic(message))
    }
}

extension Measured where Kind == MassDimension {
    fileprivate static func grams(_ measured: (value: Double, uncertainty: Double)) -> Self {
        Self(Mass(measured.value, .gram), uncertainty: Mass(measured.uncertainty, .gram))
    }
}

/// A column of a chemical's mass: `mass_g:<InChIKey>` with `mass_u_g:<InChIKey>` beside it, or `<InChIKey>` with
/// `<InChIKey>_uncertainty`.
struct MassColumn {
    static let prefix = "mass_g:"

    let header: CSVCell
    let key: InChIKey
    let uncertaintyName: String

    init?(_ header: CSVCell) {
        self.header = header
        if header.text.hasPrefix(Self.prefix) {
            self.key = InChIKey(String(header.text.dropFirst(Self.prefix.count)))
            self.uncertaintyName = "mass_u_g:\(self.key)"
        } else {
            self.key = InChIKey(header.text)
            self.uncertaintyName = "\(header.text)_uncertainty"
            guard self.key.isWellFormed else { return nil }
        }
    }
}
