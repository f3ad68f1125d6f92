public import Methods

extension LabModel {
    /// The methods that this lab is set up for.
    public var methods: [any Method] {
        var methods: [any Method] = []
        if let conductivity { methods.append(TwoElectrodeConductivity(self, conductivity)) }
        if let electrolyte { methods.append(ElectrolyteFlow(self, electrolyte)) }
        if let densimeter, let density { methods.append(VibratingTubeDensimetry(self, densimeter, density)) }
        if let densimeter, let viscosity { methods.append(RollingBallViscometry(self, densimeter, viscosity)) }
        if let transport { methods.append(TransportService(transport)) }
        return methods
    }
}
