import DeviceKit
import Protocols

/// Writes results as a DMA M does, into files and onto the line. None of it is read by the code that writes it.
struct DensimeterExport {
    let files: [ExchangeFolder.Output]

    /// - Parameter showsViscosity: whether the method's output has the viscometer's columns.
    init(_ readings: [DensimetryReading], of order: LimsOrder, showsViscosity: Bool, _ faults: DensimeterFaults) {
        let inside = faults.mislabels ?? faults.renames ?? order.sample
        var text = Self.text(readings, sample: inside, showsViscosity: showsViscosity)
        if faults.hasDecimalComma { text = Self.commas(text) }
        if faults.leavesLineOpen || faults.isCut { text.removeLast(2) }
        if faults.isCut { text.removeLast(text.count / 3) }
        var bytes: [UInt8]
        switch faults.writing {
        case .utf8: bytes = Array(text.utf8)
        case .codePage850: bytes = CodePage850.bytes(text.replacing("—", with: "\u{2500}"))
        case .latin1: bytes = text.unicodeScalars.map { $0.value < 256 ? UInt8($0.value) : 0x96 }
        }
        var name = order.resultName
        if let renamed = faults.renames { name = renamed + name.dropFirst(order.sample.count) }
        var files: [ExchangeFolder.Output] = []
        if faults.strangerFirst {
            files.append(.init(name: "Q-17_Density_Measurement.csv", bytes: Array("Density;x\n;\n1;2\n".utf8)))
        }
        if faults.repeatsItself {
            files.append(.init(name: "\(order.sample)_Density_Measurement.csv", bytes: bytes))
        }
        self.files = files + [.init(name: name, bytes: bytes)]
    }

    /// The density of the DMA 4100 M has five decimals, its temperature two; unverified.
    private static func text(_ readings: [DensimetryReading], sample: String, showsViscosity: Bool) -> String {
        var headers = ["Sample Name", "Measurement Level", "Density", "Density Condition", "Density Temperature"]
        var units = ["", "", "g/cm³", "", "°C"]
        if showsViscosity {
            headers += ["Lovis Dyn. Viscosity", "Lovis Condition"]
            units += ["mPa.s", ""]
        }
        let titles = headers.enumerated().map { $0 == 0 ? $1 : "Results::\($1)" }
        // The instrument's own summary is the mean of the valid repeats; here the first stands for it.
        let levels = ["Master"] + readings.map { _ in "Measurement" }
        let rows = zip(levels, readings.prefix(1) + readings).map { level, reading in
            var row = [
                sample, level, reading.density.map { $0.in(.gramPerCubicCentimetre).decimals(5) } ?? "———",
                reading.densityCondition, reading.temperature.map { $0.celsius.decimals(2) } ?? "———",
            ]
            if showsViscosity {
                row += [
                    reading.viscosity.map { $0.in(.millipascalSecond).decimals(4) } ?? "———",
                    reading.viscosityCondition ?? "",
                ]
            }
            return row
        }
        return ([titles, units] + rows).map { $0.joined(separator: ";") + "\r\n" }.joined()
    }

    private static func commas(_ text: String) -> String {
        String(text.enumerated().map { $1 == "." && Self.isInNumber(text, $0) ? "," : $1 })
    }

    private static func isInNumber(_ text: String, _ offset: Int) -> Bool {
        let index = text.index(text.startIndex, offsetBy: offset)
        guard index > text.startIndex, case let after = text.index(after: index), after < text.endIndex else {
            return false
        }
        return text[text.index(before: index)].isNumber && text[after].isNumber
    }

    // MARK: Line

    static func lineHeaders(_ method: DensimeterMethod) -> String {
        let density = "Density;Density Temperature;Density Condition"
        return method.measuresViscosity ? density + ";Lovis Dyn. Viscosity;Lovis Temperature;Lovis Condition" : density
    }

    static func lineUnits(_ method: DensimeterMethod) -> String {
        method.measuresViscosity ? "g/cm³;°C;-;mPa.s;°C;-" : "g/cm³;°C;-"
    }

    static func lineFields(_ reading: DensimetryReading, _ method: DensimeterMethod) -> [String] {
        let temperature = reading.temperature.map { $0.celsius.decimals(2) } ?? "---"
        let density = [
            reading.density.map { $0.in(.gramPerCubicCentimetre).decimals(5) } ?? "---", temperature,
            reading.densityCondition,
        ]
        guard method.measuresViscosity else { return density }
        return density + [
            reading.viscosity.map { $0.in(.millipascalSecond).decimals(4) } ?? "---", temperature,
            reading.viscosityCondition ?? "",
        ]
    }

    /// What is left of an aborted measurement.
    static func canceled(_ method: DensimeterMethod?) -> [String] {
        let density = ["---", "---", "canceled"]
        return method?.measuresViscosity == true ? density + density : density
    }
}

extension Double {
    /// With exactly `count` decimals.
    func decimals(_ count: Int) -> String {
        let scale = (0..<count).reduce(1.0) { value, _ in value * 10 }
        let digits = "\(Int64((abs(self) * scale).rounded()))"
        let all = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        return "\(self < 0 ? "-" : "")\(all.dropLast(count)).\(all.suffix(count))"
    }
}
