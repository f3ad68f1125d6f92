import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Simulators
import Testing

/// Files of a densimeter that a person starts, taken for the right sample or for none.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ExportFolderDensimeterTests {
    private static let sample = "S4F2A91-0C3"

    /// What the person's measurement is taken for.
    private static func measure(
        _ bench: DensimeterBench, _ driver: ExportFolderDensimeter
    ) async throws -> [DensimetryReading] {
        async let measured = bench.measure(driver, sample: Self.sample)
        await bench.instrument.start(method: DensimeterBench.method, sample: Self.sample)
        return try await measured
    }

    private static func write(_ name: String, sample: String, _ density: String, into path: String) throws {
        let text =
            "Sample Name;Results::Density;Results::Density Condition\r\n;g/cm³;\r\n\(sample);\(density);valid\r\n"
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    @Test(arguments: [DensimeterFaults.Writing.utf8, .codePage850, .latin1], [false, true])
    func `what a person starts comes back as what stands in the cell, in any code page and locale`(
        _ writing: DensimeterFaults.Writing, _ hasDecimalComma: Bool
    ) async throws {
        var faults = DensimeterFaults()
        faults.writing = writing
        faults.hasDecimalComma = hasDecimalComma
        faults.strangerFirst = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, path) = try await bench.exports()
        let reading = try #require(try await Self.measure(bench, driver).first)
        let density = try #require(await bench.truth(celsius: 20).density)
        #expect((try #require(reading.validDensity) - density).magnitude < Density(0.001, .gramPerCubicCentimetre))
        #expect(bench.kept.records.map(\.name) == ["\(Self.sample)_Lovis-DMA_MultiMeasure_20_Measurement.csv"])
        #expect(bench.kept.notices.contains { $0.hasPrefix("Q-17_Density_Measurement.csv") })
        #expect(FileManager.default.fileExists(atPath: "\(path)/Q-17_Density_Measurement.csv"))
        await bench.instrument.shutDown()
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: DeviceError.Code
        let spoil: @Sendable (inout DensimeterFaults) -> Void
    }

    @Test(arguments: [
        Bad(testDescription: "cut short", code: .garbled) { $0.isCut = true },
        Bad(testDescription: "another sample inside", code: .mismatch) { $0.mislabels = "S-2" },
        Bad(testDescription: "another name", code: .timedOut) { $0.renames = "S-2" },
        Bad(testDescription: "two results", code: .mismatch) { $0.repeatsItself = true },
        Bad(testDescription: "nobody starts it", code: .timedOut) { $0.isSilent = true },
    ])
    func `what cannot be believed is no result, and stays where it is`(_ bad: Bad) async throws {
        var faults = DensimeterFaults()
        bad.spoil(&faults)
        let bench = await DensimeterBench(faults: faults)
        let (driver, path) = try await bench.exports(longest: .seconds(2500))
        let error = await #expect(throws: DeviceError.self) { try await Self.measure(bench, driver) }
        #expect(error?.code == bad.code, "\(error as Any)")
        if !faults.isSilent { #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty == false) }
        await bench.instrument.shutDown()
    }

    @Test func `a file of any name is taken by the sample that it says inside`() async throws {
        let bench = await DensimeterBench()
        let (driver, path) = try await bench.exports()
        _ = try await driver.identify()
        try Self.write("2026-11-24_0017.CSV", sample: Self.sample.lowercased(), "1.19043", into: path)
        try Self.write("2026-11-24_0016.csv", sample: "S000000-000", "1.1", into: path)
        try Data("%PDF-1.4".utf8).write(to: URL(filePath: "\(path)/\(Self.sample)_report.pdf"))
        let readings = try await bench.measure(driver, sample: Self.sample)
        #expect(readings.first?.validDensity == Density(1.19043, .gramPerCubicCentimetre))
        #expect(bench.kept.records.map(\.name) == ["2026-11-24_0017.CSV"])
        await bench.instrument.shutDown()
    }

    @Test func `a second file of the sample under any name makes both of them none`() async throws {
        let bench = await DensimeterBench()
        let (driver, path) = try await bench.exports()
        _ = try await driver.identify()
        try Self.write("0016.csv", sample: Self.sample, "1.1", into: path)
        try Self.write("0017.csv", sample: Self.sample, "1.2", into: path)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, sample: Self.sample) }
        #expect(error?.code == .mismatch && error?.detail.contains("0016.csv, 0017.csv") == true)
        await bench.instrument.shutDown()
    }

    @Test func `a result that came while no agent ran is taken, and those of others from then are left`() async throws {
        let bench = await DensimeterBench()
        let (_, path) = try await bench.exports()
        try Self.write("\(Self.sample)_Density_Measurement.csv", sample: Self.sample, "1.19043", into: path)
        try Self.write("S-1_Density_Measurement.csv", sample: "S-1", "1.1", into: path)
        let restarted = ExportFolderDensimeter(name: "dma", link: DensimeterBench.exportLink(path), clock: bench.clock)
        _ = try await restarted.identify()
        let readings = try await bench.measure(restarted, sample: Self.sample)
        #expect(readings.first?.validDensity == Density(1.19043, .gramPerCubicCentimetre))
        #expect(bench.kept.notices == [])
        await bench.instrument.shutDown()
    }

    @Test func `a late result of the sample before is said, and not given to the next`() async throws {
        let bench = await DensimeterBench()
        let (driver, path) = try await bench.exports(longest: .milliseconds(100))
        await #expect(throws: DeviceError.self) { try await bench.measure(driver, sample: "S-1") }
        try Self.write("S-1_Density_Measurement.csv", sample: "S-1", "1.1", into: path)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, sample: Self.sample) }
        #expect(error?.code == .timedOut && error?.detail.contains("S-1_Density_Measurement.csv") == true)
        #expect(bench.kept.records.isEmpty)
        await bench.instrument.shutDown()
    }

    @Test func `a file with several samples belongs to none of them`() async throws {
        let bench = await DensimeterBench()
        let (driver, path) = try await bench.exports()
        let text =
            "Sample Name;Density;Density Condition\n;g/cm³;\n\(Self.sample);1.1;valid\nS-2;1.2;valid\n"
        _ = try await driver.identify()
        try Data(text.utf8).write(to: URL(filePath: "\(path)/all.csv"))
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, sample: Self.sample) }
        #expect(error?.code == .mismatch && error?.detail.contains("S-2") == true)
        await bench.instrument.shutDown()
    }

    @Test func `a folder that is not there is absent, and nothing but reading is asked of it`() async throws {
        let driver = ExportFolderDensimeter(name: "dma", link: DensimeterBench.exportLink("/nowhere/at/all"))
        let error = await #expect(throws: DeviceError.self) { try await driver.identify() }
        #expect(error?.code == .absent && error?.advice.contains("may be read") == true)
    }
}
