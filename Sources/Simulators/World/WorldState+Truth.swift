import DeviceKit
import Glibc

/// What really is where.
extension WorldState {
    func mixture(inBottle index: Int) -> LiquidMixture { self.mixture(self.bottles[index].content) }
    func mixture(inSyringe index: Int) -> LiquidMixture { self.mixture(self.syringes[index].content) }
    func mixture(inEdge index: Int) -> LiquidMixture { self.mixture(self.tubes.amounts(inEdge: index)) }
    func mixture(inCell index: Int) -> LiquidMixture { self.mixture(inEdge: self.network.cellEdges[index]) }

    private func mixture(_ amounts: [Double]) -> LiquidMixture {
        var liquids: [String: Double] = [:]
        for species in 1..<amounts.count { liquids[self.species[species]] = amounts[species] }
        return LiquidMixture(amounts: liquids, gas: amounts[0], liquids: self.description.liquids)
    }

    /// Gas lowers the conductivity as in Bruggeman's law, (1 − φ)^1.5 (Ann. Phys. 416 (1935) 636); a cell with less
    /// than 0.1 % of liquid does not conduct.
    func truth(ofCell index: Int) -> CellTruth {
        let mixture = self.mixture(inCell: index)
        let temperature = self.temperatures[index]
        if let filling = self.byHand[index] { return filling.truth(at: temperature) }
        let gas = min(1, max(0, mixture.gasFraction))
        let liquid = ElectrolyteConductivity(concentrations: mixture.concentrations, temperature: temperature)
        let conductivity = gas > 0.999 ? Conductivity.zero : liquid.conductivity * pow(1 - gas, 1.5)
        return CellTruth(
            conductivity: conductivity,
            temperature: temperature,
            formulation: mixture.formulation,
            gasFraction: gas,
            density: self.density(mixture, at: temperature, gasFraction: gas),
            viscosity: gas > 0.999
                ? nil : ElectrolyteViscosity(concentrations: mixture.concentrations, temperature: temperature).viscosity
        )
    }

    /// Of liquid and gas by their volumes.
    private func density(_ mixture: LiquidMixture, at temperature: Temperature, gasFraction: Double) -> Density {
        let liquid = ElectrolyteDensity(concentrations: mixture.concentrations, temperature: temperature).density
        return liquid * (1 - gasFraction) + Density(0.001199, .gramPerCubicCentimetre) * gasFraction
    }

    /// Sets what a thermostat holds; unlike a fault from outside it is no event.
    mutating func temper(cell: Int, to temperature: Temperature) { self.temperatures[cell] = temperature }

    func impedance(ofCell index: Int, at frequency: Frequency) -> (real: Resistance, imaginary: Resistance) {
        self.description.cells[index].electrodes.impedance(
            of: self.truth(ofCell: index).conductivity,
            at: frequency
        )
    }

    mutating func recordMeasurement(cell: Int, tag: String) {
        let truth = self.truth(ofCell: cell)
        self.record(.measurement(cell: self.description.cells[cell].name, tag: tag, truth: truth))
    }

    /// mL of every species in the whole world; nothing changes it but liquid taken away by hand.
    var inventory: [String: Double] {
        var sum = Array(repeating: 0.0, count: self.species.count)
        func add(_ amounts: [Double]) { for index in sum.indices { sum[index] += amounts[index] } }
        for edge in self.network.edges.indices { add(self.tubes.amounts(inEdge: edge)) }
        for syringe in self.syringes { add(syringe.content) }
        for bottle in self.bottles { add(bottle.content) }
        sum[0] += self.vented
        return Dictionary(uniqueKeysWithValues: zip(self.species, sum))
    }
}
