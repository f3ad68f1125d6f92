import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Synchronization
import Testing

/// The driver against the simulated instrument, over both kinds of line.
@Suite(.serialized, .timeLimit(.minutes(1))) struct MethodScriptPotentiostatTests {
    enum Line: CaseIterable { case tcp, pseudoTerminal }

    static let sweep = ImpedanceSweep(
        highest: Frequency(200, .kilohertz),
        lowest: Frequency(20, .hertz),
        pointCount: 21,
        amplitude: Voltage(10, .millivolt),
        currentRange: Current(1, .microampere)...Current(10, .milliampere)
    )

    @Test(arguments: Line.allCases)
    func `a spectrum comes back as the cell is`(over line: Line) async throws {
        let bench = try await Bench(over: line)
        let seen = Mutex<[ImpedancePoint]>([])
        let record = try await bench.potentiostat.measureImpedance(Self.sweep, tag: "run 7/1") { point in
            seen.withLock { $0.append(point) }
        }
        #expect(record.points.count == 21)
        #expect(seen.withLock { $0 } == record.points)
        for point in record.points {
            let (real, imaginary) = await bench.cell.impedance(at: point.frequency)
            let modulus = (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
            #expect(abs(point.real.si - real.si) < 0.005 * modulus)
            #expect(abs(point.imaginary.si - imaginary.si) < 0.005 * modulus)
            #expect(point.imaginary < .zero && !point.isOverloaded)
        }
        #expect(record.points.first.map { abs($0.frequency.si - 200_000) < 1 } == true)
        #expect(record.points.last.map { abs($0.frequency.si - 20) < 1e-4 } == true)
        let raw = String(decoding: record.raw, as: UTF8.self)
        #expect(raw.contains("send_string \"run 7/1\"") && raw.contains("Trun 7/1\n") && raw.contains("M000D\n"))
        #expect(bench.cell.measurements == ["run 7/1"])
        #expect(bench.cell.switchings == [true, false])
        await bench.close()
    }

    @Test func `it says who it is`() async throws {
        let bench = try await Bench(over: .pseudoTerminal)
        let identity = try await bench.potentiostat.identify()
        #expect(
            identity.model == "EmStat4 LR" && identity.firmware == "1.500" && identity.serialNumber == "ES4LR20B0008"
        )
        await bench.close()
    }

    @Test(arguments: Line.allCases)
    func `cancelling a measurement switches the cell off`(over line: Line) async throws {
        let bench = try await Bench(over: line, speed: 5)
        let measurement = Task { try await bench.potentiostat.measureImpedance(Self.sweep, tag: "x") { _ in } }
        try await bench.until { bench.cell.isOn }
        measurement.cancel()
        let error = await Self.error { try await measurement.value }
        #expect(error?.code == .cancelled)
        #expect(!bench.cell.isOn && bench.cell.measurements.isEmpty)
        let again = try await bench.potentiostat.identify()
        #expect(again.model == "EmStat4 LR")
        await bench.close()
    }

    @Test func `a measurement may take longer than the total time-out of its link`() async throws {
        let bench = try await Bench(over: .pseudoTerminal, speed: 5, timeouts: LinkTimeouts(total: .milliseconds(400)))
        let measurement = Task { try await bench.potentiostat.measureImpedance(Self.sweep, tag: "x") { _ in } }
        try await bench.until { bench.cell.isOn }
        try await Task.sleep(for: .milliseconds(800))
        measurement.cancel()
        #expect(await Self.error { try await measurement.value }?.code == .cancelled)
        #expect(!bench.cell.isOn)
        await bench.close()
    }

    @Test(arguments: Line.allCases)
    func `a stop ends a measurement of another task and switches the cell off`(over line: Line) async throws {
        let bench = try await Bench(over: line, speed: 5)
        let measurement = Task { try await bench.potentiostat.measureImpedance(Self.sweep, tag: "x") { _ in } }
        try await bench.until { bench.cell.isOn }
        try await bench.potentiostat.stop()
        #expect(!bench.cell.isOn)
        let error = await Self.error { try await measurement.value }
        #expect(error?.code == .cancelled)
        let record = try await bench.potentiostat.measureImpedance(Self.short, tag: "after") { _ in }
        #expect(record.points.count == 3)
        await bench.close()
    }

    static let short = ImpedanceSweep(
        highest: Frequency(100, .kilohertz),
        lowest: Frequency(1, .kilohertz),
        pointCount: 3,
        amplitude: Voltage(10, .millivolt),
        currentRange: Current(1, .microampere)...Current(10, .milliampere)
    )

    @Test func `a stop of an idle instrument leaves it idle`() async throws {
        let bench = try await Bench(over: .tcp)
        try await bench.potentiostat.stop()
        try await bench.potentiostat.stop()
        #expect(!bench.cell.isOn)
        let record = try await bench.potentiostat.measureImpedance(Self.short, tag: "after") { _ in }
        #expect(record.points.count == 3)
        await bench.close()
    }

    static func error(_ body: () async throws -> some Any) async -> DeviceError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? DeviceError
        }
    }
}
