import DeviceKit
import Simulators
import Testing

/// Density and viscosity of simulated electrolytes.
@Suite struct ElectrolyteFlowPropertiesTests {
    static let salt = ElectrolyteConductivity.lithiumHexafluorophosphate
    static let cyclic = ElectrolyteConductivity.ethyleneCarbonate
    static let linear = ElectrolyteConductivity.ethylMethylCarbonate

    @Test func `ethyl methyl carbonate passes through its published density and viscosity`() {
        let pure = [Self.linear: Concentration(1005 / 104.10, .molePerLitre)]
        let density = ElectrolyteDensity(concentrations: pure, temperature: Temperature(celsius: 25))
        #expect(abs(density.density.in(.gramPerCubicCentimetre) - 1.006) < 1e-3)
        let viscosity = ElectrolyteViscosity(concentrations: pure, temperature: Temperature(celsius: 25))
        #expect(abs(viscosity.viscosity.in(.millipascalSecond) - 0.65) < 1e-6)
        #expect(!viscosity.isExtrapolated && !density.isExtrapolated)
    }

    @Test func `ethylene carbonate passes through its published viscosity`() {
        let pure = [Self.cyclic: Concentration(15, .molePerLitre)]
        let viscosity = ElectrolyteViscosity(concentrations: pure, temperature: Temperature(celsius: 40))
        #expect(abs(viscosity.viscosity.in(.millipascalSecond) - 1.90) < 1e-6)
    }

    @Test func `one mole a litre in EC and EMC 3 to 7 is about 1.19 grams and 3 millipascal seconds`() {
        let mixture = Self.electrolyte(molarity: 1)
        let warm = Temperature(celsius: 25)
        let density = ElectrolyteDensity(concentrations: mixture, temperature: warm).density
        #expect(abs(density.in(.gramPerCubicCentimetre) - 1.19) < 0.01)
        let viscosity = ElectrolyteViscosity(concentrations: mixture, temperature: warm)
        #expect(abs(viscosity.viscosity.in(.millipascalSecond) - 3) < 0.3)
        #expect(viscosity.isExtrapolated)
    }

    @Test func `both fall with temperature and rise with salt`() {
        for molarity in stride(from: 0.0, through: 1.5, by: 0.25) {
            let mixture = Self.electrolyte(molarity: molarity)
            let more = Self.electrolyte(molarity: molarity + 0.25)
            for celsius in stride(from: 15.0, through: 45, by: 5) {
                let (cold, warm) = (Temperature(celsius: celsius), Temperature(celsius: celsius + 5))
                #expect(Self.density(mixture, cold) > Self.density(mixture, warm))
                #expect(Self.density(mixture, cold) < Self.density(more, cold))
                #expect(Self.viscosity(mixture, cold) > Self.viscosity(mixture, warm))
                #expect(Self.viscosity(mixture, cold) < Self.viscosity(more, cold))
            }
        }
    }

    private static func density(_ mixture: [String: Concentration], _ temperature: Temperature) -> Density {
        ElectrolyteDensity(concentrations: mixture, temperature: temperature).density
    }

    private static func viscosity(_ mixture: [String: Concentration], _ temperature: Temperature) -> Viscosity {
        ElectrolyteViscosity(concentrations: mixture, temperature: temperature).viscosity
    }

    /// In EC:EMC 3:7 by mass. A litre holds 1.09 kg of solvent without salt and 53 g less for each mole.
    private static func electrolyte(molarity: Double) -> [String: Concentration] {
        let solvent = 1090 - 53 * molarity
        return [
            Self.salt: Concentration(molarity, .molePerLitre),
            Self.cyclic: Concentration(solvent * 0.3 / 88.06, .molePerLitre),
            Self.linear: Concentration(solvent * 0.7 / 104.10, .molePerLitre),
        ]
    }
}
