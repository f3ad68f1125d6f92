import DeviceKit
import DeviceProfiles
import Methods

extension DensimeterCell {
    init?(_ section: ConfigurationSection) {
        let instrument = section.text("instrument")
        let densimeter = section.text("densimeter")
        let sampleVolume = section.quantity("sample-volume", Volume.self, .aboveZero)
        let maximumAge = section.optionalDuration("check-max-age", .aboveZero)
        let methods = section.list("methods").compactMap { InstrumentMethod($0) }
        section.finish()
        guard let instrument, let densimeter, let sampleVolume else { return nil }
        if methods.isEmpty {
            section.report(
                "\(section.path): needs `methods`, those that are set up on the instrument: "
                    + "[{ name: Density, temperature: 293.15 K }]")
        }
        self.init(instrument: instrument, densimeter: densimeter, sampleVolume: sampleVolume, methods: methods)
        self.checkMaximumAge = maximumAge
    }
}

extension DensimeterCell.InstrumentMethod {
    init?(_ section: ConfigurationSection) {
        let name = section.text("name")
        let number = section.optionalInteger("number", .within(0...99, "0 to 99"))
        let temperature = section.quantity(
            "temperature", Temperature.self,
            .within(Temperature(celsius: 0)...Temperature(celsius: 95), "273.15 K to 368.15 K"))
        let measuresViscosity = section.optionalBool("viscosity") ?? false
        section.finish()
        guard let name, let temperature else { return nil }
        self.init(name: name, number: number, temperature: temperature, measuresViscosity: measuresViscosity)
    }
}

extension DensimetrySettings {
    /// - Parameter cell: what is measured with.
    init?(_ section: ConfigurationSection, in cell: DensimeterCell?) {
        let tolerance = section.quantity("temperature-tolerance", Temperature.self, .zeroOrMore)
        let density = section.optionalQuantity("density-uncertainty", Density.self, .aboveZero)
        let viscosity = section.optionalNumber("viscosity-uncertainty", .within(0.0001...0.2, "0.0001 to 0.2"))
        section.finish()
        if cell == nil {
            section.report("\(section.path): needs a section `densimeter` that says what is measured with")
        }
        guard let tolerance else { return nil }
        // Class of the DMA 4100 M; the viscometer's is unverified.
        self.init(
            temperatureTolerance: tolerance, densityUncertainty: density ?? Density(1e-4, .gramPerCubicCentimetre),
            viscosityUncertainty: viscosity ?? 0.005)
    }
}
