import DeviceKit
import Testing

@testable import Methods

@Suite struct DensimeterCheckTests {
    static let atmosphere = Quantity<PressureDimension>(1013.25, .millibar)
    static let tolerance = Density(1e-4, .gramPerCubicCentimetre)

    @Test(arguments: [(20.0, 0.998203), (25.0, 0.997047), (4.0, 0.999975)])
    func `the reference of water passes through its published densities`(_ celsius: Double, _ density: Double) {
        let reference = DensimeterCheck.reference(of: .water, at: Temperature(celsius: celsius), Self.atmosphere)
        #expect(abs(reference.in(.gramPerCubicCentimetre) - density) < 6e-6)
    }

    @Test func `the reference of air follows temperature and pressure`() {
        let reference = DensimeterCheck.reference(of: .air, at: Temperature(celsius: 20), Self.atmosphere)
        #expect(abs(reference.in(.gramPerCubicCentimetre) - 0.001205) < 2e-6)
        let high = DensimeterCheck.reference(
            of: .air, at: Temperature(celsius: 20), Quantity<PressureDimension>(900, .millibar))
        #expect(abs(high / reference - 900 / 1013.25) < 1e-9)
    }

    @Test func `water that reads as water passes`() {
        let check = Self.check([0.99821, 0.99819])
        #expect(check.isPassed && check.measured != nil)
    }

    @Test func `a deviation, an invalid repeat and a wrong temperature are told apart`() {
        #expect(Self.check([0.99841]).faults.count == 1)
        #expect(Self.check([0.99820], condition: "filling error").faults.first?.contains("filling error") == true)
        #expect(Self.check([0.998142], celsius: 20.3).faults.contains { $0.contains("not at") })
        #expect(!Self.check([]).isPassed)
    }

    private static func check(
        _ densities: [Double], condition: String = "valid", celsius: Double = 20
    ) -> DensimeterCheck {
        DensimeterCheck(
            of: densities.map {
                DensimetryReading(
                    density: Density($0, .gramPerCubicCentimetre), densityCondition: condition,
                    temperature: Temperature(celsius: celsius))
            }, with: .water, at: Temperature(celsius: 20), pressure: Self.atmosphere, tolerance: Self.tolerance)
    }
}
