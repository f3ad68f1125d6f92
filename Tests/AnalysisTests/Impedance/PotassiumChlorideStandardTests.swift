import Analysis
import DeviceKit
import Testing

@Suite struct PotassiumChlorideStandardTests {
    /// °C, then µS/cm at 0.01, 0.1 and 1 mol/kg: CRC Handbook of Chemistry and Physics.
    static let table: [(Double, Double, Double, Double)] = [
        (0, 772.92, 7116.85, 63488), (5, 890.96, 8183.70, 72030), (10, 1013.95, 9291.72, 80844),
        (15, 1141.45, 10437.1, 89900), (20, 1273.03, 11615.9, 99170), (25, 1408.23, 12824.6, 108620),
        (30, 1546.63, 14059.2, 118240), (35, 1687.79, 15316.0, 127970), (40, 1831.27, 16591.0, 137810),
        (45, 1976.62, 17880.6, 147720), (50, 2123.43, 19180.9, 157670),
    ]

    @Test func `the functions follow the table`() throws {
        for (celsius, centimolal, decimolal, molal) in Self.table {
            let temperature = Temperature(celsius: celsius)
            let expected: [(PotassiumChlorideStandard, Double, Double)] = [
                (.centimolal, centimolal, 1e-5), (.decimolal, decimolal, 1e-5), (.molal, molal, 6e-5),
            ]
            for (standard, microsiemens, tolerance) in expected {
                let conductivity = try #require(standard.conductivity(at: temperature))
                let found = conductivity.in(.millisiemensPerCentimetre) * 1e3
                #expect(isClose(found, microsiemens, relative: tolerance), "\(standard.rawValue) at \(celsius) °C")
            }
        }
    }

    @Test func `nothing is extrapolated`() {
        for celsius in [-0.001, 50.001, .nan, .infinity] {
            #expect(PotassiumChlorideStandard.molal.conductivity(at: Temperature(celsius: celsius)) == nil)
        }
    }

    @Test func `the temperature coefficients at 25 °C are the known ones`() throws {
        let expected: [(PotassiumChlorideStandard, Double)] = [
            (.centimolal, 0.0194), (.decimolal, 0.0191), (.molal, 0.0176),
        ]
        for (standard, coefficient) in expected {
            let found = try #require(standard.temperatureCoefficient(at: Temperature(celsius: 25)))
            #expect(abs(found - coefficient) < 6e-5)
        }
    }

    @Test func `a cell constant follows from a standard's resistance`() throws {
        let calibration = try #require(
            CellConstantCalibration(
                standard: .decimolal,
                resistance: Measured(Resistance(78.475, .ohm), uncertainty: Resistance(0.05, .ohm)),
                leads: Resistance(0.5, .ohm),
                temperature: Measured(Temperature(celsius: 25), uncertainty: Temperature(si: 0.05)),
                date: "2026-02-14"
            )
        )
        #expect(isClose(calibration.constant.value.in(.perCentimetre), 1, relative: 1e-5))
        // √(0.05/77.975)² + (0.05 · 0.01906)² + 0.001²
        #expect(isClose(calibration.constant.relativeUncertainty, 1.5236e-3, relative: 1e-3))
    }

    @Test func `an impossible cell constant is refused`() {
        let day = "2026-02-14"
        for (value, uncertainty) in [(0, 0.1), (-1, 0.1), (.nan, 0.1), (1, .nan), (1, -0.1), (.infinity, 0.1)] {
            let constant = Measured(
                CellConstant(value, .perCentimetre),
                uncertainty: CellConstant(uncertainty, .perCentimetre)
            )
            #expect(CellConstantCalibration(constant, date: day) == nil)
        }
        let cold = Measured(Temperature(celsius: -5), uncertainty: Temperature(si: 0.05))
        #expect(
            CellConstantCalibration(
                standard: .decimolal,
                resistance: Measured(Resistance(78, .ohm), uncertainty: Resistance(0.05, .ohm)),
                temperature: cold,
                date: day
            ) == nil
        )
    }
}
