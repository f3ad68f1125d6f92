import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Testing

@Suite struct SerialDensimeterTests {
    @Test func `the instrument says who it is`() async throws {
        let bench = await DensimeterBench()
        let identity = try await bench.serial().identify()
        #expect(identity.model == "DMA 4100M" && identity.serialNumber == "81234567")
    }

    @Test func `a method by its number measures density and viscosity`() async throws {
        let bench = await DensimeterBench()
        let readings = try await bench.measure(bench.serial(), number: 3)
        let truth = await bench.truth(celsius: 20)
        let density = try #require(readings.first?.validDensity)
        let viscosity = try #require(readings.first?.validViscosity)
        #expect((density - (try #require(truth.density))).magnitude < Density(0.001, .gramPerCubicCentimetre))
        #expect(abs(viscosity / (try #require(truth.viscosity)) - 1) < 0.03)
        #expect(bench.kept.records.map(\.name) == ["S-1-1.txt"])
    }

    @Test func `the active method is brought to the temperature first`() async throws {
        let bench = await DensimeterBench()
        let readings = try await bench.measure(bench.serial(), celsius: 30)
        #expect(readings.first?.temperature.map { abs($0.celsius - 30) < 0.011 } == true)
        #expect(readings.first?.validDensity != nil)
    }

    @Test func `a temperature that the instrument refuses is not measured at`() async throws {
        let bench = await DensimeterBench()
        let driver = try await bench.serial()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, celsius: 120) }
        #expect(error?.code == .refused && error?.detail == "wrong parameter value")
    }

    @Test func `a method of another temperature is ended and told`() async throws {
        let bench = await DensimeterBench()
        let driver = try await bench.serial()
        let error = await #expect(throws: DeviceError.self) {
            try await bench.measure(driver, number: 3, celsius: 25)
        }
        #expect(error?.code == .mismatch)
    }

    @Test(arguments: ["sample storage full", "heating", "invalid method"])
    func `what start is refused with is told in the instrument's words`(_ refusal: String) async throws {
        var faults = DensimeterFaults()
        faults.refusal = refusal
        let bench = await DensimeterBench(faults: faults)
        let driver = try await bench.serial()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, number: 3) }
        #expect(error?.code == .refused && error?.detail == refusal)
    }

    @Test func `a late answer is never given to the next request`() async throws {
        let bench = await DensimeterBench()
        let driver = try await bench.serial(firstByte: .milliseconds(300))
        var faults = DensimeterFaults()
        faults.lateBy = .milliseconds(450)
        await bench.instrument.set(faults: faults)
        await #expect(throws: DeviceError.self) { try await driver.identify() }
        #expect(try await driver.identify().serialNumber == "81234567")
        #expect(try await bench.measure(driver, number: 3).count == 1)
    }

    @Test func `a printer on the same port is garbage, not a result`() async throws {
        let bench = await DensimeterBench()
        let driver = try await bench.serial()
        var faults = DensimeterFaults()
        faults.garbage = Array("density :1.299325g/cm3\r".utf8)
        await bench.instrument.set(faults: faults)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, number: 3) }
        #expect(error?.code == .garbled)
    }

    @Test func `stopping ends the measurement at the instrument`() async throws {
        let bench = await DensimeterBench()
        let slow = SimulatedDensimeter(
            cell: bench.cell, methods: DensimeterBench.methods, temperature: Temperature(celsius: 25))
        let endpoint = try await slow.openPseudoTerminal()
        let driver = SerialDensimeter(
            name: "dma", link: ByteLink(device: "dma", over: endpoint.transport(serial: SerialSettings(baud: 9600))))
        let measuring = Task { try await bench.measure(driver, number: 3) }
        while await !slow.isMeasuring { await Task.yield() }
        try await driver.stop()
        let error = await #expect(throws: DeviceError.self) { try await measuring.value }
        #expect(error?.code == .faulted)
        #expect(await !slow.isMeasuring)
        await slow.shutDown()
    }

    @Test func `an instrument that never ends is aborted`() async throws {
        let bench = await DensimeterBench()
        let slow = SimulatedDensimeter(
            cell: bench.cell, methods: DensimeterBench.methods, temperature: Temperature(celsius: 25))
        let endpoint = try await slow.openPseudoTerminal()
        let impatient = SerialDensimeter(
            name: "dma", link: ByteLink(device: "dma", over: endpoint.transport(serial: SerialSettings(baud: 9600))),
            longest: .milliseconds(300), margin: .zero)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(impatient, number: 3) }
        #expect(error?.code == .timedOut)
        #expect(await !slow.isMeasuring)
        await slow.shutDown()
    }
}
