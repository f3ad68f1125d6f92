public import DeviceKit

/// What a densimeter printed between two silences, for a listener that starts nothing: records, and what is none.
///
/// Shape as observed at an older instrument (DMA 4500/5000). The stream of the M generation is not public, so that its words
/// (`Density Condition`, `Lovis Dyn. Viscosity`) are those of its other outputs, unverified.
public struct DensimeterPrintout: Sendable, Hashable {
    /// How one record is told from the next, and what names it.
    public struct Format: Sendable, Hashable {
        /// What the line in front of a record begins with; empty begins one with any line.
        public var start: String
        /// What the line behind a record begins with; empty ends it where nothing more comes.
        public var end: String
        /// The line that has the sample's name or number; empty where records have none.
        public var sampleLine: String

        /// Between two dashed lines.
        public init(start: String = "----------", end: String = "----------", sampleLine: String = "sample") {
            self.start = start
            self.end = end
            self.sampleLine = sampleLine
        }
    }

    public struct Record: Sendable, Hashable {
        public var sample: String?
        public var method: String?
        public var reading: DensimetryReading
    }

    /// Lines that belong together.
    public struct Part: Sendable, Hashable {
        /// As they came, without blank ones.
        public var lines: [String]
        /// Why it is no record where it is none.
        public var record: Result<Record, DensimeterFormatError>
    }

    public let parts: [Part]

    /// - Parameter bytes: lines that end with CR, LF or both, in code page 850.
    public init(_ bytes: [UInt8], format: Format = Format()) {
        guard !Self.hasParityBits(bytes) else {
            let text = DensimeterFormatError.malformed(
                "every byte has even parity: the printer's line is set to 7 data bits, even parity")
            self.parts = [Part(lines: [CodePage850.text(bytes.map { $0 & 0x7F })], record: .failure(text))]
            return
        }
        var parts: [Part] = []
        var open: [String]?
        var stray: [String] = []
        let close = { (lines: [String], isWhole: Bool) in
            guard !lines.isEmpty else { return }
            parts.append(Part(lines, isWhole: isWhole, format))
        }
        let closeStray = {
            if !stray.isEmpty {
                parts.append(Part(lines: stray, record: .failure(.malformed("it stands outside of a record"))))
            }
            stray = []
        }
        for line in bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }).map({ CodePage850.text($0).trimmed })
        where !line.isEmpty {
            if let lines = open, !format.end.isEmpty, line.hasPrefix(format.end) {
                close(lines, true)
                open = format.start == format.end ? [] : nil
            } else if !format.start.isEmpty, line.hasPrefix(format.start) {
                closeStray()
                if let open { close(open, format.end.isEmpty) }
                open = []
            } else if open != nil {
                open?.append(line)
            } else if format.start.isEmpty {
                open = [line]
            } else {
                stray.append(line)
            }
        }
        closeStray()
        if let open { close(open, format.end.isEmpty) }
        self.parts = parts
    }

    /// Whether a line of 7 bits with even parity was read as one of 8 bits; even CR looks like another character then.
    private static func hasParityBits(_ bytes: [UInt8]) -> Bool {
        bytes.contains { $0 > 0x7F } && bytes.allSatisfy { $0.nonzeroBitCount.isMultiple(of: 2) }
    }
}

extension DensimeterPrintout.Part {
    fileprivate init(_ lines: [String], isWhole: Bool, _ format: DensimeterPrintout.Format) {
        self.lines = lines
        do throws(DensimeterFormatError) {
            guard isWhole else { throw .incomplete("its last line is missing") }
            self.record = .success(try PrintedLines(lines).record(format))
        } catch {
            self.record = .failure(error)
        }
    }
}

/// The lines of one record, `name : value`.
private struct PrintedLines {
    private var values: [String: String] = [:]

    /// - Throws: `.malformed` for characters that no printer is sent, and for a name that comes twice.
    init(_ lines: [String]) throws(DensimeterFormatError) {
        for line in lines {
            guard line.unicodeScalars.allSatisfy(Self.isPrinted) else {
                throw .malformed("“\(line)” has characters that no printer is sent")
            }
            guard let colon = line.firstIndex(of: ":") else { continue }
            let name = line[..<colon].trimmed.lowercased()
            guard self.values.updateValue(line[line.index(after: colon)...].trimmed, forKey: name) == nil else {
                throw .malformed("“\(name)” comes twice: two records in one")
            }
        }
    }

    func record(_ format: DensimeterPrintout.Format) throws(DensimeterFormatError) -> DensimeterPrintout.Record {
        let name = format.sampleLine.lowercased()
        let sample = name.isEmpty ? nil : self.values[name]
        guard name.isEmpty || sample?.isEmpty == false else { throw .missingColumn(format.sampleLine) }
        guard let condition = self.values["condition"] ?? self.values["density condition"] else {
            throw .missingColumn("condition")
        }
        guard self.values["density"] != nil else { throw .missingColumn("density") }
        let density = try self.number("density", ["g/cm3", "g/cm³"])
        let viscosity = try self.number("lovis dyn. viscosity", ["mPa.s", "mPa·s", "mPas"])
        let cell = self.values["act.cell temp."] == nil ? "density temperature" : "act.cell temp."
        let temperature = try self.number(cell, ["°C", "C"])
        return DensimeterPrintout.Record(
            sample: sample, method: self.values["method"],
            reading: DensimetryReading(
                density: density.map { Density($0, .gramPerCubicCentimetre) }, densityCondition: condition,
                viscosity: viscosity.map { Viscosity($0, .millipascalSecond) },
                viscosityCondition: self.values["lovis condition"],
                temperature: temperature.map { Temperature(celsius: $0) }))
    }

    /// Nil where there is no such line, or a placeholder in it.
    private func number(_ name: String, _ units: [String]) throws(DensimeterFormatError) -> Double? {
        guard let text = self.values[name] else { return nil }
        guard let unit = units.first(where: text.hasSuffix) else { throw .unknownUnit(text, column: name) }
        let digits = text.dropLast(unit.count).trimmed
        guard digits.contains(where: \.isNumber) else { return nil }
        guard let number = DensimeterColumns.number(digits) else { throw .notANumber(digits, column: name) }
        return number
    }

    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value) || "°³²µ·".unicodeScalars.contains(scalar)
    }
}
