public import DeviceKit

/// Which columns of a densimeter's result mean what, by their names.
///
/// Names of the density columns: manual of the DMA M (C76IB003EN-E), pages 110 to 112. `Lovis Dyn. Viscosity` and `Lovis
/// Condition`: a production driver. `Lovis Temperature`: unverified.
public struct DensimeterColumns: Sendable, Hashable {
    private var density: Int
    private var densityCondition: Int
    private var viscosity: Int?
    private var viscosityCondition: Int?
    private var temperature: Int?
    private let densityScale: Double
    private let viscosityScale: Double
    private let table: DensimeterTable

    /// - Throws: `.missingColumn`, `.unknownUnit`, or `.malformed` for a name that two columns have.
    public init(of table: DensimeterTable) throws(DensimeterFormatError) {
        self.table = table
        self.density = try Self.require("Density", in: table)
        self.densityCondition = try Self.require("Density Condition", in: table)
        self.viscosity = try Self.find("Lovis Dyn. Viscosity", in: table)
        self.viscosityCondition = try Self.find("Lovis Condition", in: table)
        self.temperature = try Self.find("Density Temperature", in: table)
        if self.viscosity != nil, self.viscosityCondition == nil { throw .missingColumn("Lovis Condition") }
        self.densityScale = try Self.scale(
            of: self.density, in: table, ["g/cm³": 1000, "g/cm3": 1000, "kg/m³": 1, "kg/m3": 1])
        self.viscosityScale = try Self.scale(
            of: self.viscosity, in: table, ["mPa.s": 1e-3, "mPa·s": 1e-3, "mPas": 1e-3, "mPa*s": 1e-3])
        if let temperature { _ = try Self.scale(of: temperature, in: table, ["°C": 1]) }
    }

    /// The columns that have one of our words for a unit, whichever way the units' bytes were read.
    public func reading(_ row: [String]) throws(DensimeterFormatError) -> DensimetryReading {
        let density = try self.number(row, self.density)
        let viscosity = try self.viscosity.map { index throws(DensimeterFormatError) in try self.number(row, index) }
        let temperature = try self.temperature.map { index throws(DensimeterFormatError) in
            try self.number(row, index)
        }
        return DensimetryReading(
            density: density.map { Density(si: $0 * self.densityScale) },
            densityCondition: row[self.densityCondition],
            viscosity: (viscosity ?? nil).map { Viscosity(si: $0 * self.viscosityScale) },
            viscosityCondition: self.viscosityCondition.map { row[$0] },
            temperature: (temperature ?? nil).map { Temperature(celsius: $0) })
    }

    /// Nil for a placeholder: a field without any digit, whichever kind of dash it is made of.
    private func number(_ row: [String], _ column: Int) throws(DensimeterFormatError) -> Double? {
        let text = row[column]
        guard text.unicodeScalars.contains(where: { ("0"..."9").contains($0) }) else { return nil }
        guard let number = Self.number(text) else {
            throw .notANumber(text, column: self.table.headers[column])
        }
        return number
    }

    /// A number with a decimal point or a decimal comma. One that has both, or two of one, could be either of two numbers.
    static func number(_ text: String) -> Double? {
        let marks = text.filter { $0 == "." || $0 == "," }
        guard marks.count <= 1, text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.,eE".contains($0)) }) else {
            return nil
        }
        return Double(String(text.map { $0 == "," ? "." : $0 })).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func require(_ name: String, in table: DensimeterTable) throws(DensimeterFormatError) -> Int {
        guard let column = try self.find(name, in: table) else { throw .missingColumn(name) }
        return column
    }

    private static func find(_ name: String, in table: DensimeterTable) throws(DensimeterFormatError) -> Int? {
        let columns = table.headers.indices.filter { table.headers[$0].lowercased() == name.lowercased() }
        guard columns.count < 2 else { throw .malformed("two columns are called “\(name)”") }
        return columns.first
    }

    private static func scale(
        of column: Int?, in table: DensimeterTable, _ units: [String: Double]
    ) throws(DensimeterFormatError) -> Double {
        guard let column else { return 1 }
        guard let scale = units[table.units[column]] else {
            throw .unknownUnit(table.units[column], column: table.headers[column])
        }
        return scale
    }
}
