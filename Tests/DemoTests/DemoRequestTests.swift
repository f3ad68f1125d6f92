import Protocols
import Testing

@testable import Demo

@Suite struct DemoRequestTests {
    @Test func `each quantity is asked for of each sample, and one after the other for a sample`() throws {
        let lab = try ExampleLab.description()
        let asked = ["density", "viscosity", "conductivity"]
        let requests = try DemoRequest.campaign(of: asked, in: lab)
        #expect(requests.map(\.quantity) == asked + asked + asked)
        #expect(Set(requests.map(\.molality)).count == 3)
        let kelvin = requests.prefix(3).map { $0.parameters["temperature"]?.double }
        #expect(kelvin == [293.15, 298.15, 299.65])
    }

    @Test func `a quantity that the lab does not measure is not asked for`() throws {
        let lab = try ExampleLab.description()
        let failure = #expect(throws: DemonstrationFailure.self) { try DemoRequest.campaign(of: ["pH"], in: lab) }
        #expect(failure?.exitCode == 64)
    }
}
