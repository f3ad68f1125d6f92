import DeviceKit
import Testing

@Suite struct QuantityTests {
    @Test func `a quantity is read in the unit one asks for`() {
        #expect(abs(Volume(12.5, .microlitre).in(.millilitre) - 0.0125) < 1e-15)
        #expect(abs(Conductivity(9.35, .millisiemensPerCentimetre).in(.siemensPerMetre) - 0.935) < 1e-12)
        #expect(Temperature(celsius: 26.5).in(.kelvin) == 299.65)
    }

    @Test func `volume over flow is a time`() {
        #expect(abs((Volume(10, .millilitre) / FlowRate(0.05, .millilitrePerSecond)).seconds - 200) < 1e-9)
    }

    @Test(arguments: [
        ("0.05 mL/s", 5e-8), ("12.5 µL/min", 12.5e-9 / 60), ("12.5 uL/min", 12.5e-9 / 60), ("1e-3mL/s", 1e-9),
    ])
    func `a flow is parsed with its unit`(text: String, si: Double) throws {
        #expect(abs(try FlowRate(parsing: text).si - si) <= si * 1e-12)
    }

    @Test(arguments: ["0.05", "mL/s", "", "5 mL", "nan mL/s", "1.2.3 mL/s", "5 ml/s"])
    func `a flow without its proper unit or number is refused`(text: String) {
        #expect(throws: QuantityParseError.self) { try FlowRate(parsing: text) }
    }

    @Test func `a quantity is printed with six digits and its unit`() {
        #expect("\(Volume(9.99998, .millilitre))" == "9.99998 mL")
        #expect("\(FlowRate(0.05, .millilitrePerSecond))" == "0.05 mL/s")
        #expect("\(Volume(10, .millilitre))" == "10 mL")
    }

    @Test func `times are parsed with their unit`() throws {
        #expect(try Duration(parsing: "5 s") == .seconds(5))
        #expect(try Duration(parsing: "90 d") == .seconds(90 * 86400))
        #expect(throws: QuantityParseError.self) { try Duration(parsing: "5") }
    }

    @Test func `a flow that never gets there takes the longest time there is`() {
        let volume = Volume(1, .millilitre)
        #expect(volume / FlowRate.zero == .longest)
        #expect(Volume.zero / FlowRate.zero == .longest)
        #expect(-volume / FlowRate.zero == .zero - .longest)
        #expect(volume / FlowRate(0.5, .millilitrePerSecond) == .seconds(2))
    }

    @Test func `numbers too large to work with are refused`() {
        #expect(throws: QuantityParseError.self) { try Duration(parsing: "1000000000000000000000000 d") }
        #expect(throws: QuantityParseError.self) { try Frequency(parsing: "1e305 MHz") }
    }

    @Test(.timeLimit(.minutes(1))) func `a flood of digits and exponents is refused at once`() {
        let text = String(repeating: "1", count: 500_000) + String(repeating: "e", count: 500_000)
        #expect(throws: QuantityParseError.self) { try Volume(parsing: text) }
        #expect(throws: QuantityParseError.self) { try AnyQuantity(parsing: text) }
    }
}
