public import DeviceKit

/// A session file of PSTrace or the PalmSens SDK (`.pssession`), as far as impedance spectra are concerned.
///
/// One JSON object in UTF-16 with a byte order mark, followed by a stray one: from public files of a PalmSens4 (PSTrace 5.7).
/// Older programs write the same members with capitals, so capitals make no difference here; that and the meaning of the
/// status numbers are unverified.
public struct PalmSensSession: Sendable, Hashable {
    /// One impedance measurement.
    public struct Spectrum: Sendable, Hashable {
        public var title: String
        public var deviceSerial: String?
        /// Milliseconds since 1970 UTC at which it was begun; nil where the file does not say it.
        public var begun: Int64?
        /// Root mean square, from the method; nil where it is not said.
        public var amplitude: Voltage?
        /// In the order in which they were measured.
        public var points: [ImpedancePoint]
    }

    /// Of the program that wrote it.
    public var coreVersion: String?
    public var spectra: [Spectrum]
    /// How many measurements of other techniques are in it.
    public var others: Int

    /// - Throws: `.incomplete` for a file that is cut short or still being written, `.malformed` for one that will not do.
    public init(parsing bytes: [UInt8]) throws(PalmSensSessionError) {
        let text = try SessionText(bytes).utf8
        guard text.last == UInt8(ascii: "}") else { throw .incomplete("its text does not end as an object does") }
        let json: JSONValue
        do throws(JSONParseError) {
            json = try JSONValue(parsing: text, allowsNaN: true)
        } catch {
            throw error.offset >= text.count ? .incomplete("its text ends within a value") : .malformed("\(error)")
        }
        guard json.member("type")?.string?.contains("SessionFile") == true else {
            throw .malformed("it is JSON, but no session file of PalmSens")
        }
        guard let measurements = json.member("measurements")?.array else { throw .malformed("it has no measurements") }
        self.coreVersion = json.member("coreversion")?.string
        var spectra: [Spectrum] = []
        for (index, measurement) in measurements.enumerated() {
            if let spectrum = try Spectrum(measurement, number: index + 1) { spectra.append(spectrum) }
        }
        self.spectra = spectra
        self.others = measurements.count - spectra.count
    }
}

/// Why bytes are no session file that can be used.
public enum PalmSensSessionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// More of it may come.
    case incomplete(String)
    case malformed(String)

    public var description: String {
        switch self {
        case .incomplete(let reason), .malformed(let reason): reason
        }
    }
}

extension PalmSensSession.Spectrum {
    /// Nil for another technique.
    fileprivate init?(_ measurement: JSONValue, number: Int) throws(PalmSensSessionError) {
        let method = MethodText(measurement.member("method")?.string ?? "")
        let title = measurement.member("title")?.string ?? ""
        let columns = (measurement.member("dataset")?.member("values")?.array ?? []).map(SessionColumn.init)
        let isImpedance = method["METHOD_ID"].map { $0 == "eis" } ?? columns.contains { $0.kind == .frequency }
        guard isImpedance else { return nil }
        let name = "measurement \(number), “\(title)”"
        func column(_ kind: SessionColumn.Kind) throws(PalmSensSessionError) -> SessionColumn {
            let found = columns.filter { $0.kind == kind }
            guard let one = found.first, found.count == 1 else {
                throw .malformed("\(name) has \(found.count) columns of \(kind.rawValue); one is expected")
            }
            return one
        }
        let (frequency, real, imaginary) = (try column(.frequency), try column(.real), try column(.minusImaginary))
        guard frequency.values.count == real.values.count, real.values.count == imaginary.values.count else {
            throw .malformed(
                "\(name) has \(frequency.values.count) frequencies, \(real.values.count) real and "
                    + "\(imaginary.values.count) imaginary parts")
        }
        // What the amplifiers said stands with the columns of current and potential.
        let statuses = columns.map(\.statuses).filter { $0.count == real.values.count }
        var points: [ImpedancePoint] = []
        for index in real.values.indices {
            guard let hertz = frequency.values[index], let re = real.values[index], let im = imaginary.values[index],
                hertz > 0, hertz.isFinite, re.isFinite, im.isFinite
            else { throw .malformed("point \(index + 1) of \(name) is not complete") }
            let status = statuses.map { $0[index] }
            points.append(
                ImpedancePoint(
                    frequency: Frequency(hertz, .hertz), real: Resistance(re, .ohm), imaginary: Resistance(-im, .ohm),
                    isOverloaded: status.contains(SessionColumn.overload), isDoubtful: status.contains { $0 != 0 }))
        }
        self.title = title
        self.deviceSerial = measurement.member("deviceserial")?.string
        self.begun = measurement.member("utctimestamp")?.integer.map(Self.milliseconds)
        self.amplitude = method["AMPLITUDE"].flatMap(Double.init).map { Voltage($0, .volt) }
        self.points = points
    }

    /// From ticks of 100 ns since the year 1.
    private static func milliseconds(_ ticks: Int64) -> Int64 {
        let (since1970, overflow) = ticks.subtractingReportingOverflow(621_355_968_000_000_000)
        return overflow ? .min : since1970 / 10_000
    }
}

/// One array of a measurement.
private struct SessionColumn {
    enum Kind: String {
        case frequency, real, minusImaginary = "-imaginary", other
    }

    /// Unverified: the first of the library's words for what an amplifier can say, after OK.
    static let overload: Int64 = 1

    var kind: Kind
    var values: [Double?]
    /// Empty where the array has none.
    var statuses: [Int64]

    init(_ json: JSONValue) {
        let unit = json.member("unit")?.member("type")?.string ?? ""
        switch (json.member("arraytype")?.integer, unit) {
        case (5, _), (nil, "PalmSens.Units.Hertz"): self.kind = .frequency
        case (7, _), (nil, "PalmSens.Units.ZRe"): self.kind = .real
        case (8, _), (nil, "PalmSens.Units.ZIm"): self.kind = .minusImaginary
        default: self.kind = .other
        }
        let items = json.member("datavalues")?.array ?? []
        self.values = items.map { $0.member("v")?.double }
        let statuses = items.compactMap { $0.member("s")?.integer }
        self.statuses = statuses.count == items.count ? statuses : []
    }
}

/// `KEY=value` lines; comments begin with `#`.
private struct MethodText {
    private var values: [String: String] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            self.values[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
    }

    subscript(key: String) -> String? { self.values[key] }
}

extension JSONValue {
    /// A member whatever its capitals; the first one written.
    fileprivate func member(_ name: String) -> JSONValue? {
        if let exact = self[name] { return exact }
        guard let object = self.object, let key = object.keys.first(where: { $0.lowercased() == name }) else {
            return nil
        }
        return object[key]
    }
}
