import DeviceDrivers
import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Testing

@Suite struct LimsDensimeterTests {
    @Test func `density and viscosity come back as what stands in the cell`() async throws {
        let bench = await DensimeterBench()
        let (driver, _) = try await bench.lims()
        let readings = try await bench.measure(driver)
        let truth = await bench.truth(celsius: 20)
        let density = try #require(truth.density)
        let viscosity = try #require(truth.viscosity)
        #expect(readings.count == 3)
        for reading in readings {
            let measured = try #require(reading.validDensity)
            #expect((measured - density).magnitude < Density(0.001, .gramPerCubicCentimetre))
            let ball = try #require(reading.validViscosity)
            #expect(abs(ball / viscosity - 1) < 0.03)
            #expect(reading.temperature.map { abs($0.celsius - 20) < 0.011 } == true)
        }
        #expect(bench.kept.records.map(\.name) == ["S-1_Lovis-DMA_MultiMeasure_20_Measurement.csv"])
        #expect(await bench.cell.tags == ["S-1", "S-1", "S-1"])
        await bench.instrument.shutDown()
    }

    @Test func `a second measurement of a sample has a name of its own, and its own result`() async throws {
        let bench = await DensimeterBench()
        let (driver, _) = try await bench.lims()
        _ = try await bench.measure(driver)
        _ = try await bench.measure(driver, method: "Density", celsius: 25)
        #expect(bench.kept.records.map { $0.name.prefix(4) } == ["S-1_", "S-1b"])
        #expect(await Set(bench.cell.tags) == ["S-1", "S-1b"])
        await bench.instrument.shutDown()
    }

    @Test(arguments: [DensimeterFaults.Writing.codePage850, .latin1])
    func `another code page and decimal commas make no other result`(_ writing: DensimeterFaults.Writing) async throws {
        var faults = DensimeterFaults()
        faults.writing = writing
        faults.hasDecimalComma = true
        faults.ballSticks = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        let readings = try await bench.measure(driver)
        let density = try #require(await bench.truth(celsius: 20).density)
        #expect(readings.count == 3)
        for reading in readings {
            let measured = try #require(reading.validDensity)
            #expect((measured - density).magnitude < Density(0.001, .gramPerCubicCentimetre))
            #expect(reading.viscosity == nil && reading.viscosityCondition == "FW/BW dev. too high")
        }
        await bench.instrument.shutDown()
    }

    @Test func `a bubble is no valid density`() async throws {
        var faults = DensimeterFaults()
        faults.bubble = 0.01
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        for reading in try await bench.measure(driver) {
            #expect(reading.density != nil && reading.validDensity == nil && reading.validViscosity == nil)
        }
        await bench.instrument.shutDown()
    }

    @Test func `a cell that does not reach its temperature gives no valid result`() async throws {
        var faults = DensimeterFaults()
        faults.neverEquilibrates = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        let readings = try await bench.measure(driver)
        #expect(readings.allSatisfy { $0.validDensity == nil && $0.densityCondition == "temperature not stable" })
        await bench.instrument.shutDown()
    }

    @Test func `a file cut short is kept, and is no result`() async throws {
        var faults = DensimeterFaults()
        faults.isCut = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, path) = try await bench.lims()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .garbled)
        #expect(bench.kept.records.count == 1)
        #expect(FileManager.default.fileExists(atPath: "\(path)/out/\(bench.kept.records[0].name)"))
        await bench.instrument.shutDown()
    }

    @Test func `a last line without an end is complete when nothing more comes`() async throws {
        var faults = DensimeterFaults()
        faults.leavesLineOpen = true
        faults.ballSticks = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        #expect(try await bench.measure(driver).count == 3)
        #expect(bench.kept.notices.contains { $0.contains("has no end") })
        await bench.instrument.shutDown()
    }

    @Test func `a sample's name that comes back changed is no result of the sample`() async throws {
        var faults = DensimeterFaults()
        faults.mislabels = "S-2"
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .mismatch)
        #expect(error?.description.contains("S-2") == true)
        await bench.instrument.shutDown()
    }

    @Test func `a file of another name is told, left where it is, and not taken for the result`() async throws {
        var faults = DensimeterFaults()
        faults.renames = "S1"
        let bench = await DensimeterBench(faults: faults)
        let (driver, path) = try await bench.lims(longest: .seconds(2000))
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .timedOut)
        #expect(error?.description.contains("S1_Lovis-DMA_MultiMeasure_20_Measurement.csv") == true)
        #expect(bench.kept.records.isEmpty && !bench.kept.notices.isEmpty)
        #expect(
            FileManager.default.fileExists(atPath: "\(path)/out/S1_Lovis-DMA_MultiMeasure_20_Measurement.csv"))
        await bench.instrument.shutDown()
    }

    @Test func `a stranger's file is told and does not hold up the result`() async throws {
        var faults = DensimeterFaults()
        faults.strangerFirst = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, path) = try await bench.lims()
        #expect(try await bench.measure(driver).count == 3)
        #expect(bench.kept.records.count == 1)
        #expect(FileManager.default.fileExists(atPath: "\(path)/out/Q-17_Density_Measurement.csv"))
        await bench.instrument.shutDown()
    }

    @Test func `two results for one sample are none`() async throws {
        var faults = DensimeterFaults()
        faults.repeatsItself = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .mismatch)
        await bench.instrument.shutDown()
    }

    @Test func `an instrument that does not answer is waited for so long and no longer`() async throws {
        var faults = DensimeterFaults()
        faults.isSilent = true
        let bench = await DensimeterBench(faults: faults)
        let (driver, _) = try await bench.lims(longest: .seconds(1))
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.code == .timedOut)
        #expect(error?.description.contains("the order was taken") == true)
        await bench.instrument.shutDown()
    }

    @Test func `an order that was cancelled or not taken is withdrawn`() async throws {
        let bench = await DensimeterBench()
        let folder = FileManager.default.temporaryDirectory.path + "/dma-\(UUID())"
        for side in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(side)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let driver = LimsDensimeter(
            name: "dma", link: FolderLink(device: "dma", path: folder), longest: .seconds(1), margin: .zero,
            clock: bench.clock)
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver) }
        #expect(error?.description.contains("not taken") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/in").isEmpty)
        let measuring = Task {
            let patient = LimsDensimeter(name: "dma", link: FolderLink(device: "dma", path: folder))
            return try await bench.measure(patient)
        }
        while try FileManager.default.contentsOfDirectory(atPath: "\(folder)/in").isEmpty { await Task.yield() }
        measuring.cancel()
        let second = await #expect(throws: DeviceError.self) { try await measuring.value }
        #expect(second?.code == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/in").isEmpty)
    }

    @Test func `a name that the instrument cannot give back is not ordered`() async throws {
        let bench = await DensimeterBench()
        let (driver, path) = try await bench.lims()
        let error = await #expect(throws: DeviceError.self) { try await bench.measure(driver, sample: "a;b") }
        #expect(error?.code == .misconfigured)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/in").isEmpty)
        await bench.instrument.shutDown()
    }
}
