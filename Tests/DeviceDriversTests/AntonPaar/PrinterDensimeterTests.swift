import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

/// What a densimeter prints that a person starts, taken for the right sample or for none.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PrinterDensimeterTests {
    private static let observed = [
        rule, "We 06.Aug.2003 13:26:43", "method:Density", "sample:0001", "act.cell temp.:20.000 C",
        "density :1.299325g/cm3", "SG :1.30166", "condition:valid", rule,
    ]
    private static let rule = String(repeating: "-", count: 24)

    /// The observed record of another sample, perhaps with another density.
    private static func record(_ sample: String, _ density: String = "1.299325") -> [UInt8] {
        Self.observed.flatMap { line in
            let text = line.replacing("0001", with: sample).replacing("1.299325", with: density)
            return CodePage850.bytes(text) + [0x0D]
        }
    }

    /// What an instrument prints on its connections, after so many milliseconds each.
    private static func device(_ printed: [(connection: Int, after: Int, bytes: [UInt8])]) throws -> ReplayedDevice {
        try ReplayedDevice(
            Transcript(
                .init(device: "tcp://dma:4001", seed: 1, faults: []),
                printed.map { .init(.milliseconds($0.after), connection: $0.connection, .toAgent, $0.bytes) }))
    }

    private static func density(_ readings: [DensimetryReading]) -> Density? { readings.first?.validDensity }

    @Test func `what a person starts comes back as what stands in the cell`() async throws {
        let bench = await DensimeterBench()
        let driver = try await bench.printer()
        #expect(try await driver.identify().model == "printer output, started by hand")
        async let measured = bench.measure(driver, sample: "S4F2A91-0C3")
        await bench.instrument.start(method: DensimeterBench.method, sample: "S4F2A91-0C3")
        let reading = try #require(try await measured.first)
        let truth = await bench.truth(celsius: 20)
        let density = try #require(truth.density)
        #expect((try #require(reading.validDensity) - density).magnitude < Density(0.001, .gramPerCubicCentimetre))
        let ratio = try #require(reading.validViscosity) / (try #require(truth.viscosity))
        #expect(abs(ratio - 1) < 0.03)
        #expect(bench.kept.records.map(\.name) == ["S4F2A91-0C3_printed.txt"])
        #expect(bench.kept.notices == [])
        await bench.instrument.shutDown()
    }

    @Test func `the observed record is taken by its number, and why is said`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 100, Self.record("0001"))])
        let driver = bench.printer(at: device.endpoint)
        let readings = try await bench.measure(driver, method: "Density")
        #expect(Self.density(readings) == Density(1.299325, .gramPerCubicCentimetre))
        #expect(
            bench.kept.notices.count == 1 && bench.kept.notices[0].contains("the number 1"), "\(bench.kept.notices)")
        #expect(bench.kept.records.map(\.bytes) == [Self.record("0001")])
        device.shutDown()
    }

    @Test func `records of others are said and kept, and the sample's own is waited for`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 100, Self.record("S-0", "1.1")), (1, 600, Self.record("s-1", "1.2"))])
        let driver = bench.printer(at: device.endpoint)
        let readings = try await bench.measure(driver, method: "Density")
        #expect(Self.density(readings) == Density(1.2, .gramPerCubicCentimetre))
        #expect(bench.kept.notices.count == 1 && bench.kept.notices[0].contains("of sample S-0"))
        #expect(bench.kept.records.count == 2)
        device.shutDown()
    }

    @Test func `a late record of the sample before, without name, is given to nobody`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 1200, Self.record("0007", "1.1"))])
        let line = device.endpoint
        let driver = bench.printer(at: line, .seconds(1200), margin: .zero)
        let first = await #expect(throws: DeviceError.self) { try await bench.measure(driver, method: "Density") }
        #expect(first?.code == .timedOut)
        let second = await #expect(throws: DeviceError.self) {
            try await bench.measure(driver, sample: "S-2", method: "Density")
        }
        #expect(second?.code == .mismatch && second?.detail.contains("S-1, whose record") == true, "\(second as Any)")
        #expect(bench.kept.records.map(\.name) == ["S-2_printed.txt"])
        device.shutDown()
    }

    @Test func `a number that does not follow the one before is given to nobody`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([
            (1, 100, Self.record("0007")), (1, 900, Self.record("0009")), (1, 1700, Self.record("0010")),
        ])
        let driver = bench.printer(at: device.endpoint)
        _ = try await bench.measure(driver, sample: "S-1", method: "Density")
        let error = await #expect(throws: DeviceError.self) {
            try await bench.measure(driver, sample: "S-2", method: "Density")
        }
        #expect(error?.code == .mismatch && error?.detail.contains("8 was to follow 7") == true)
        device.shutDown()
    }

    @Test func `what was printed before anybody asked is said and kept, and a bare number of it is nobody's`()
        async throws
    {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 0, Self.record("0007", "1.1")), (1, 1200, Self.record("0008", "1.2"))])
        let driver = bench.printer(at: device.endpoint)
        _ = try await driver.identify()
        try await Task.sleep(for: .milliseconds(400))
        let readings = try await bench.measure(driver, method: "Density")
        #expect(Self.density(readings) == Density(1.2, .gramPerCubicCentimetre))
        #expect(bench.kept.notices.contains { $0.contains("printed before this sample was started") })
        #expect(bench.kept.records.map(\.bytes) == [Self.record("0007", "1.1"), Self.record("0008", "1.2")])
        device.shutDown()
    }

    @Test func `a sample's own record is taken although it was printed before anybody listened`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 0, Self.record("S-1", "1.1"))])
        let driver = bench.printer(at: device.endpoint)
        _ = try await driver.identify()
        try await Task.sleep(for: .milliseconds(400))
        let readings = try await bench.measure(driver, method: "Density")
        #expect(Self.density(readings) == Density(1.1, .gramPerCubicCentimetre))
        device.shutDown()
    }

    @Test func `half a record when the line breaks is kept and no result, and printed again it is one`() async throws {
        let bench = await DensimeterBench()
        let record = Self.record("S-1", "1.2")
        let server = try LineServer()
        let printing = Task {
            let first = try #require(await server.accept())
            try await first.write(Array(record.prefix(110)))
            try await Task.sleep(for: .milliseconds(50))
            first.close()
            let second = try #require(await server.accept())
            try await second.write(Array(record.dropFirst(110)))
            try await Task.sleep(for: .milliseconds(400))
            try await second.write(record)
            return second
        }
        let driver = bench.printer(at: server.endpoint)
        let readings = try await bench.measure(driver, method: "Density")
        #expect(Self.density(readings) == Density(1.2, .gramPerCubicCentimetre))
        #expect(
            bench.kept.records.map(\.bytes) == [Array(record.prefix(110)), Array(record.dropFirst(110)), record])
        #expect(bench.kept.notices.contains { $0.contains("its last line is missing") }, "\(bench.kept.notices)")
        #expect(bench.kept.notices.contains { $0.contains("opened again") })
        try await printing.value.close()
        server.close()
    }

    @Test func `half a record, and noise, are no results, and the error tells what came`() async throws {
        let bench = await DensimeterBench()
        let noise = [UInt8](repeating: 0xFF, count: 40)
        let device = try Self.device([(1, 50, Array(Self.record("S-1").prefix(120))), (1, 400, noise)])
        let line = device.endpoint
        let driver = bench.printer(at: line, .seconds(2000), margin: .zero)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, method: "Density") }
        #expect(error?.code == .timedOut && error?.detail.contains("its last line is missing") == true)
        #expect(bench.kept.records.count == 2)
        device.shutDown()
    }

    @Test func `two records of one sample at once are none`() async throws {
        var faults = DensimeterFaults()
        faults.repeatsItself = true
        let bench = await DensimeterBench(faults: faults)
        let driver = try await bench.printer()
        let measured = Task { try await bench.measure(driver) }
        await bench.instrument.start(method: DensimeterBench.method, sample: "S-1")
        let error = await #expect(throws: DeviceError.self) { try await measured.value }
        #expect(error?.code == .mismatch && error?.detail.contains("2 records of one sample") == true)
        await bench.instrument.shutDown()
    }

    @Test func `a sample that was measured with another method has no result`() async throws {
        let bench = await DensimeterBench()
        let device = try Self.device([(1, 50, Self.record("S-1"))])
        let driver = bench.printer(at: device.endpoint)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .mismatch && error?.detail.contains("method “Density”") == true)
        device.shutDown()
    }

    @Test func `nothing is sent, and a stop and a look at the device disturb nobody who waits`() async throws {
        let bench = await DensimeterBench()
        let server = try LineServer()
        let driver = bench.printer(at: server.endpoint)
        let measuring = Task { try await bench.measure(driver) }
        let channel = try #require(await server.accept())
        await driver.stop()
        #expect(try await driver.identify().vendor == "Anton Paar")
        measuring.cancel()
        let error = await #expect(throws: DeviceError.self) { try await measuring.value }
        #expect(error?.code == .cancelled)
        #expect(channel.takeInbound().isEmpty)
        channel.close()
        server.close()
    }

    @Test func `a line that is not there is absent at once`() async throws {
        let bench = await DensimeterBench()
        let server = try LineServer()
        let line = server.endpoint
        server.close()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(bench.printer(at: line)) }
        #expect(error?.code == .absent)
    }
}
