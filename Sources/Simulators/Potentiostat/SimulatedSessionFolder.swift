public import DeviceKit
public import Links
import Protocols

/// A person who measures by the vendor's program: reads orders in one folder, leaves session files in the other.
public actor SimulatedSessionFolder {
    /// How it misbehaves; the default misbehaves in no way.
    public struct Faults: Sendable, Hashable {
        /// The file ends there, in bytes.
        public var cutAt: Int?
        /// It is saved by a name of the person's own.
        public var name: String?
        /// So many points are measured instead of those that were ordered.
        public var points: Int?
        /// How often the spectrum is in the session.
        public var spectra = 1
        /// Members written with capitals, as by older programs.
        public var hasCapitals = false
        /// Nobody looks at the orders.
        public var isSilent = false
        /// What is saved in place of a session.
        public var garbage: [UInt8]?

        public init() {}
    }

    private let cell: any ConductivityCellModel
    private let clock: LabClock
    private let noise: Double
    private var random: SeededNoise
    private var faults = Faults()
    private var folder: ExchangeFolder?

    /// - Parameters:
    ///   - noise: relative standard deviation of what is measured.
    ///   - seed: of the noise.
    public init(
        cell: any ConductivityCellModel, clock: LabClock = LabClock(), noise: Double = 5e-4, seed: UInt64 = 1
    ) {
        self.cell = cell
        self.clock = clock
        self.noise = noise
        self.random = SeededNoise(seed: seed)
    }

    public func set(faults: Faults) { self.faults = faults }

    /// Watches an order folder and writes results, in a new temporary folder with `in` and `out`.
    public func openFolder() throws -> LinkEndpoint {
        let folder = try ExchangeFolder("potentiostat", orders: ".txt", keepsOrders: true) { [weak self] name, bytes in
            await self?.answer(name, bytes) ?? []
        }
        self.folder = folder
        return .folder(path: folder.path)
    }

    public func shutDown() {
        self.folder?.close()
        self.folder = nil
    }

    private func answer(_ name: String, _ bytes: [UInt8]) async -> [ExchangeFolder.Output] {
        guard !self.faults.isSilent else { return [] }
        let code = String(name.dropLast(4))
        guard var order = WrittenOrder(String(decoding: bytes, as: UTF8.self)) else { return [] }
        if let points = self.faults.points { order.sweep.pointCount = points }
        await self.cell.set(cellOn: true)
        var points: [ImpedancePoint] = []
        for frequency in order.sweep.frequencies {
            try? await self.clock.sleep(until: self.clock.now.advanced(by: ImpedanceTiming.point(at: frequency)))
            points.append(await self.point(at: frequency))
        }
        await self.cell.set(cellOn: false)
        await self.cell.recordMeasurement(tag: code)
        let session = SessionWriting(points, of: order.sweep, title: code, hasCapitals: self.faults.hasCapitals)
        var result = self.faults.garbage ?? session.bytes(spectra: self.faults.spectra)
        if let cut = self.faults.cutAt { result = Array(result.prefix(cut)) }
        return [.init(name: self.faults.name ?? "\(code).pssession", bytes: result)]
    }

    private func point(at frequency: Frequency) async -> ImpedancePoint {
        let (real, imaginary) = await self.cell.impedance(at: frequency)
        guard real.isFinite, imaginary.isFinite else {
            // An open circuit: the amplifier sees next to nothing.
            return ImpedancePoint(
                frequency: frequency, real: Resistance(1e9, .ohm), imaginary: Resistance(-1e9, .ohm), isDoubtful: true)
        }
        let scatter = self.noise * (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
        return ImpedancePoint(
            frequency: frequency, real: Resistance(si: real.si + scatter * self.random.normal()),
            imaginary: Resistance(si: imaginary.si + scatter * self.random.normal()))
    }
}

/// An order as a person reads it.
private struct WrittenOrder {
    var sweep: ImpedanceSweep

    init?(_ text: String) {
        var lines: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            if parts.count == 2 { lines[parts[0]] = parts[1] }
        }
        guard let frequencies = lines["frequencies"], let down = frequencies.firstRange(of: " down to "),
            case let parts = frequencies[down.upperBound...].split(separator: ","), parts.count > 1,
            let highest = try? Frequency(parsing: String(frequencies[..<down.lowerBound])),
            let lowest = try? Frequency(parsing: String(parts[0])),
            let points = parts[1].split(separator: " ").first.flatMap({ Int($0) }),
            let amplitude = lines["amplitude"].flatMap({ try? Voltage(parsing: String($0.dropLast(" RMS".count))) })
        else { return nil }
        self.sweep = ImpedanceSweep(
            highest: highest, lowest: lowest, pointCount: points, amplitude: amplitude,
            currentRange: Current(1, .microampere)...Current(10, .milliampere))
    }
}
