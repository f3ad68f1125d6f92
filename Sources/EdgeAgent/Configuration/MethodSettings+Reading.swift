import DeviceKit
import DeviceProfiles
import Methods

extension ConductivityCell {
    init?(_ section: ConfigurationSection) {
        let instrument = section.text("instrument")
        let potentiostat = section.text("potentiostat")
        let sampleVolume = section.quantity("sample-volume", Volume.self, .aboveZero)
        let constant = section.section("constant")
        let value = constant?.quantity("value", CellConstant.self, .aboveZero)
        let uncertainty = constant?.quantity("uncertainty", CellConstant.self, .zeroOrMore)
        let determined = constant?.pastDate("determined")
        let maximumAge = constant?.optionalDuration("max-age", .aboveZero)
        constant?.finish()
        let temperature = section.section("temperature").flatMap(ConfiguredTemperature.init)
        section.finish()
        guard let instrument, let potentiostat, let sampleVolume, let value, let uncertainty, let determined,
            let temperature
        else { return nil }
        self.init(
            instrument: instrument, potentiostat: potentiostat, sampleVolume: sampleVolume,
            constant: Measured(value, uncertainty: uncertainty), constantDetermined: determined,
            temperature: temperature)
        self.constantMaximumAge = maximumAge
    }
}

extension ConfiguredTemperature {
    init?(_ section: ConfigurationSection) {
        let thermometer = section.optionalText("from")
        let value = section.quantity(
            thermometer == nil ? "value" : "expected", Temperature.self,
            .within(Temperature(200, .kelvin)...Temperature(400, .kelvin), "200 K to 400 K"))
        let uncertainty = section.quantity("uncertainty", Temperature.self, .zeroOrMore)
        let read = thermometer == nil ? section.pastTime("read") : section.document.now
        let maximumAge = thermometer == nil ? section.duration("max-age", .aboveZero) : .seconds(60)
        section.finish()
        guard let value, let uncertainty, let read, let maximumAge else { return nil }
        self.init(
            reading: Measured(value, uncertainty: uncertainty), thermometer: thermometer,
            readAt: read.secondsSince1970, maximumAge: maximumAge)
    }
}

extension ConductivitySettings {
    init?(_ section: ConfigurationSection) {
        let repeats = section.integer("repeats", .within(1...20, "1 to 20"))
        let tolerance = section.quantity("temperature-tolerance", Temperature.self, .zeroOrMore)
        let sweep = section.section("sweep").flatMap(ImpedanceSweep.init)
        section.finish()
        guard let repeats, let tolerance, let sweep else { return nil }
        self.init(repeats: repeats, temperatureTolerance: tolerance, sweep: sweep)
    }
}

extension ImpedanceSweep {
    fileprivate init?(_ section: ConfigurationSection) {
        let frequencies = Allowed.within(Frequency(1e-3, .hertz)...Frequency(1, .megahertz), "1 mHz to 1 MHz")
        let highest = section.quantity("highest", Frequency.self, frequencies)
        let lowest = section.quantity("lowest", Frequency.self, frequencies)
        let points = section.integer("points", .within(8...500, "8 to 500"))
        let amplitude = section.quantity(
            "amplitude", Voltage.self, .within(Voltage(0.001, .millivolt)...Voltage(1, .volt), "1 µV to 1 V (RMS)"))
        let smallest = section.quantity("smallest-range", Current.self, .aboveZero)
        let largest = section.quantity("largest-range", Current.self, .aboveZero)
        section.finish()
        guard let highest, let lowest, let points, let amplitude, let smallest, let largest else { return nil }
        guard lowest < highest else {
            section.report("\(section.name("lowest")): must be lower than `highest`, \(highest)", key: "lowest")
            return nil
        }
        guard smallest < largest else {
            section.report(
                "\(section.name("smallest-range")): must be smaller than `largest-range`, \(largest)",
                key: "smallest-range")
            return nil
        }
        self.init(
            highest: highest, lowest: lowest, pointCount: points, amplitude: amplitude, currentRange: smallest...largest
        )
    }
}

extension TransportSettings {
    init?(_ section: ConfigurationSection) {
        let due = section.optionalDuration("due", .within(.seconds(60)...(.seconds(30 * 86400)), "1 min to 30 d"))
        let addresses = section.optionalTexts("addresses") ?? []
        section.finish()
        self.init(due: due, addresses: addresses)
    }
}

extension ElectrolyteSettings {
    /// - Parameter handling: says what a vial holds, which is the most that can be delivered, and which vials there are.
    init?(_ section: ConfigurationSection, into handling: LiquidHandlingSettings?) {
        let smallest = section.quantity("smallest-volume", Volume.self, .aboveZero)
        let largest = section.quantity("largest-volume", Volume.self, .aboveZero)
        section.finish()
        guard let smallest, let largest else { return nil }
        if smallest > largest {
            section.report(
                "\(section.name("smallest-volume")): must be at most `largest-volume`, \(largest)",
                key: "smallest-volume")
        }
        if let handling, handling.vials.isEmpty {
            section.report("\(section.path): needs vials to deliver into; name them in fluidics.vials")
        }
        if let vialVolume = handling?.vialVolume, largest > vialVolume {
            section.report(
                "\(section.name("largest-volume")): “\(largest)” must be at most what a vial holds, \(vialVolume)",
                key: "largest-volume")
        }
        self.init(smallestVolume: smallest, largestVolume: largest)
    }
}
