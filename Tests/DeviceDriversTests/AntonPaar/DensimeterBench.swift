import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Synchronization

/// A simulated densimeter with a driver in front of it, and 1 mol/L LiPF6 in ethyl methyl carbonate in its cell.
struct DensimeterBench {
    static let speed = 2000.0
    static let method = "Lovis-DMA_MultiMeasure_20"
    static let methods = [
        DensimeterMethod(name: method, number: 3, temperature: Temperature(celsius: 20)),
        DensimeterMethod(name: "Density", number: 4, temperature: Temperature(celsius: 25), measuresViscosity: false),
    ]
    static let electrolyte = [
        ElectrolyteConductivity.lithiumHexafluorophosphate: Concentration(1, .molePerLitre),
        ElectrolyteConductivity.ethylMethylCarbonate: Concentration(9.2, .molePerLitre),
    ]

    let cell: ConstantFilling
    let instrument: SimulatedDensimeter
    let clock = LabClock(speed: speed)
    let kept = Kept()

    init(
        concentrations: [String: Concentration] = electrolyte, gasFraction: Double = 0,
        faults: DensimeterFaults = .init()
    ) async {
        self.cell = ConstantFilling(concentrations: concentrations, gasFraction: gasFraction)
        self.instrument = SimulatedDensimeter(
            cell: self.cell, methods: Self.methods, temperature: Temperature(celsius: 25), clock: self.clock)
        await self.instrument.set(faults: faults)
    }

    /// The driver of the folder, and the folder.
    func lims(longest: Duration = .seconds(3600)) async throws -> (driver: LimsDensimeter, path: String) {
        guard case .folder(let path) = try await self.instrument.openFolder() else {
            throw LinkOpeningError(.misconfigured, "no folder")
        }
        let link = FolderLink(
            device: "dma", path: path,
            timing: .init(
                poll: .milliseconds(20), stable: .milliseconds(100), abandoned: .milliseconds(300), answer: .seconds(10)
            ))
        return (LimsDensimeter(name: "dma", link: link, longest: longest, margin: .seconds(1), clock: self.clock), path)
    }

    func serial(longest: Duration = .seconds(3600), firstByte: Duration = .seconds(2)) async throws -> SerialDensimeter
    {
        let endpoint = try await self.instrument.openPseudoTerminal()
        let link = ByteLink(
            device: "dma", over: endpoint.transport(serial: SerialSettings(baud: 9600)),
            timeouts: LinkTimeouts(firstByte: firstByte, betweenBytes: .milliseconds(500)))
        return SerialDensimeter(name: "dma", link: link, longest: longest, margin: .seconds(1), clock: self.clock)
    }

    /// The driver of an export folder, and the folder.
    func exports(longest: Duration = .seconds(3600)) async throws -> (driver: ExportFolderDensimeter, path: String) {
        guard case .folder(let path) = try await self.instrument.openExportFolder() else {
            throw LinkOpeningError(.misconfigured, "no folder")
        }
        let driver = ExportFolderDensimeter(
            name: "dma", link: Self.exportLink(path), longest: longest, margin: .seconds(1), clock: self.clock)
        return (driver, path)
    }

    static func exportLink(_ path: String) -> FolderLink {
        FolderLink(
            device: "dma", path: path,
            timing: .init(
                poll: .milliseconds(20), stable: .milliseconds(100), abandoned: .milliseconds(300), answer: .seconds(10)
            ), takesOrders: false)
    }

    /// The driver that stands in for the instrument's printer.
    func printer(longest: Duration = .seconds(3600)) async throws -> PrinterDensimeter {
        self.printer(at: try await self.instrument.openPrinter(), longest)
    }

    func printer(
        at endpoint: LinkEndpoint, _ longest: Duration = .seconds(3600), margin: Duration = .seconds(1)
    ) -> PrinterDensimeter {
        let link = ByteLink(
            device: "dma", over: endpoint.transport(serial: SerialSettings(baud: 9600)),
            timeouts: LinkTimeouts(betweenBytes: .milliseconds(150)), unsolicited: .keep)
        return PrinterDensimeter(name: "dma", link: link, longest: longest, margin: margin, clock: self.clock)
    }

    func measure(
        _ driver: any Densimeter, sample: String = "S-1", method: String = method, number: Int? = nil,
        celsius: Double = 20
    ) async throws -> [DensimetryReading] {
        let order = DensimetryOrder(method: method, number: number, temperature: Temperature(celsius: celsius))
        let kept = self.kept
        return try await driver.measure(order, sample: sample, notice: { kept.note($0) }) { record in
            kept.keep(record)
        }
    }

    /// What the cell really holds at a temperature.
    func truth(celsius: Double) async -> CellTruth {
        await self.cell.set(temperature: Temperature(celsius: celsius))
        return await self.cell.filling()
    }

    /// What a driver handed over.
    final class Kept: Sendable {
        private let state = Mutex<(records: [RawRecord], notices: [String])>(([], []))
        var records: [RawRecord] { self.state.withLock { $0.records } }
        var notices: [String] { self.state.withLock { $0.notices } }
        func keep(_ record: RawRecord) { self.state.withLock { $0.records.append(record) } }
        func note(_ text: String) { self.state.withLock { $0.notices.append(text) } }
    }
}
