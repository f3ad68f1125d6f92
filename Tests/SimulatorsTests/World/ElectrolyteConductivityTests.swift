import DeviceKit
import Testing

@testable import Simulators

struct ElectrolyteConductivityTests {
    /// A liquid of this salt concentration in EC:EMC with this mass share of EC.
    static func liquid(_ molarity: Double, share: Double = 0.3) -> [String: Concentration] {
        [
            ElectrolyteConductivity.lithiumHexafluorophosphate: Concentration(molarity, .molePerLitre),
            ElectrolyteConductivity.ethyleneCarbonate: Concentration(share * 1000 / 88.06, .molePerLitre),
            ElectrolyteConductivity.ethylMethylCarbonate: Concentration((1 - share) * 1000 / 104.10, .molePerLitre),
        ]
    }

    @Test func `one mole per litre at the housing temperature conducts 9.35 mS per centimetre`() {
        let value = ElectrolyteConductivity(
            concentrations: Self.liquid(1.01),
            temperature: Temperature(299.65, .kelvin)
        )
        #expect(abs(value.conductivity.in(.millisiemensPerCentimetre) - 9.35) < 0.005)
        #expect(!value.isExtrapolated)
    }

    @Test func `it rises with temperature and has a maximum in concentration`() {
        func value(_ molarity: Double, _ celsius: Double) -> Double {
            ElectrolyteConductivity(
                concentrations: Self.liquid(molarity),
                temperature: Temperature(celsius: celsius)
            ).conductivity.si
        }
        #expect(value(1, 40) > value(1, 25) && value(1, 25) > value(1, 10))
        #expect(value(1, 25) > value(0.3, 25) && value(1, 25) > value(2.5, 25))
    }

    @Test func `other ratios and salt-free solvents are smooth and said to be extrapolated`() {
        let temperature = Temperature(celsius: 25)
        var last: Double?
        for step in 0...100 {
            let value = ElectrolyteConductivity(
                concentrations: Self.liquid(1, share: Double(step) / 100),
                temperature: temperature
            )
            #expect(value.conductivity.si > 0)
            #expect(value.isExtrapolated == (abs(step - 30) > 2))
            if let last { #expect(abs(value.conductivity.si / last - 1) < 0.1) }
            last = value.conductivity.si
        }
        let solvent = ElectrolyteConductivity(concentrations: Self.liquid(0), temperature: temperature)
        #expect(solvent.conductivity == ElectrolyteConductivity.residual)
        #expect(solvent.isExtrapolated)
    }

    @Test func `a cell's impedance agrees with the printed spectrum`() {
        // R = 125 Ω, Q = 8e-6 S·s^0.92, without and with 1.5 µH of cable.
        let conductivity = Conductivity(8, .millisiemensPerCentimetre)
        var electrodes = CellElectrodes()
        let bare = electrodes.impedance(of: conductivity, at: Frequency(1000, .hertz))
        #expect(abs(bare.real.in(.ohm) - 130.01939) < 1e-4)
        #expect(abs(bare.imaginary.in(.ohm) + 39.73255) < 1e-4)
        electrodes.cableInductance = 1.5e-6
        let cabled = electrodes.impedance(of: conductivity, at: Frequency(100_000, .hertz))
        #expect(abs(cabled.imaginary.in(.ohm) - (-0.57431 + 2 * Double.pi * 0.15)) < 1e-4)
        electrodes.geometricCapacitance = 1e-12
        let stray = electrodes.impedance(of: conductivity, at: Frequency(100_000, .hertz))
        #expect(abs(stray.real.in(.ohm) - cabled.real.in(.ohm)) < 0.01)
    }
}
