public import DeviceKit

/// Results that an older densimeter (DMA 4500/5000) prints by itself, for a listener that starts nothing.
///
/// Lines between two dashed ones are a record. Shape as observed in a laboratory; the stream of the M generation is not
/// public, hence unverified.
public struct DensimeterPrintout: Sendable {
    public struct Record: Sendable, Hashable {
        public var sample: String?
        public var method: String?
        public var reading: DensimetryReading
        /// As they came.
        public var lines: [String]
    }

    private var lines: [String]?

    public init() {}

    /// Takes the next line, and returns the record that it completes.
    ///
    /// - Throws: `.missingColumn` or `.notANumber` for a record without a density; the next record is read all the same.
    public mutating func take(_ line: String) throws(DensimeterFormatError) -> Record? {
        let text = line.trimmed
        let isRule = text.count >= 10 && text.allSatisfy { $0 == "-" }
        guard isRule else {
            if !text.isEmpty { self.lines?.append(text) }
            return nil
        }
        let finished = self.lines ?? []
        self.lines = []
        guard !finished.isEmpty else { return nil }
        return try Self.record(finished)
    }

    private static func record(_ lines: [String]) throws(DensimeterFormatError) -> Record {
        var values: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[line[..<colon].trimmed.lowercased()] = line[line.index(after: colon)...].trimmed
        }
        guard let text = values["density"] else { throw .missingColumn("density") }
        let density = try Self.number(text, unit: "g/cm3", in: "density")
        let temperature = try values["act.cell temp."].map { text throws(DensimeterFormatError) in
            try Self.number(text, unit: "C", in: "act.cell temp.")
        }
        return Record(
            sample: values["sample"], method: values["method"],
            reading: DensimetryReading(
                density: density.map { Density($0, .gramPerCubicCentimetre) },
                densityCondition: values["condition"] ?? "not stated",
                temperature: (temperature ?? nil).map { Temperature(celsius: $0) }),
            lines: lines)
    }

    /// Nil where it is a placeholder.
    private static func number(
        _ text: String, unit: String, in column: String
    ) throws(DensimeterFormatError) -> Double? {
        guard text.hasSuffix(unit) else { throw .unknownUnit(text, column: column) }
        let digits = text.dropLast(unit.count).trimmed
        guard digits.contains(where: \.isNumber) else { return nil }
        guard let number = DensimeterColumns.number(digits) else { throw .notANumber(digits, column: column) }
        return number
    }
}
