public import DeviceKit
import Glibc
public import Links
public import Protocols

/// A PalmSens4 with its bridge, bound to a cell of the simulated world: what `docs/palmsens-bridge.md` says, one client at
/// a time. It takes as long over each point as a real one, in lab time.
public actor SimulatedPalmSensBridge {
    /// How it misbehaves; the default misbehaves in no way.
    public struct Faults: Sendable, Hashable {
        /// After so many messages the bridge's process dies: the connection breaks, and the instrument stands as it stood.
        public var diesAfterMessages: Int?
        /// After so many points nothing more is said.
        public var silentAfterPoints: Int?
        /// This message, the first being 0, is cut in the middle.
        public var garbledMessage: Int?
        /// It says that a sweep is complete after so many points.
        public var endsAfterPoints: Int?
        /// The program says that the instrument is not there.
        public var isInstrumentAbsent = false

        public init() {}
    }

    /// The serial number of the one that it plays.
    public static let serialNumber = "PS4A20B000123"

    public private(set) var faults = Faults()
    /// Commands received, oldest first.
    public private(set) var received: [BridgeCommand] = []

    private let cell: any ConductivityCellModel
    private let clock: LabClock
    private let noise: Double
    private var random: SeededNoise
    private var server: LineServer?
    private var accepting: Task<Void, Never>?
    private var reading: Task<Void, Never>?
    private var client: InstrumentPort?
    private var line: [UInt8] = []
    private var messages = 0
    private var measuring: (id: Int64, task: Task<Void, Never>)?

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

    public func set(faults: Faults) {
        self.faults = faults
        self.messages = 0
    }

    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        let server = try LineServer(host: host, port: port)
        self.server = server
        self.accepting = Task { [weak self] in
            while let channel = await server.accept() {
                guard let self else { return channel.close() }
                await self.attach(channel)
            }
        }
        return server.endpoint
    }

    public func shutDown() async {
        self.server?.close()
        self.accepting?.cancel()
        self.measuring?.task.cancel()
        self.client?.channel.close()
        self.reading?.cancel()
    }

    // MARK: One client

    private func attach(_ channel: ByteChannel) async {
        self.client?.channel.close()
        await self.endMeasurement()
        self.client = InstrumentPort(channel)
        self.line = []
        self.reading = Task { [weak self] in
            while let bytes = try? await channel.read() {
                guard let self else { return channel.close() }
                await self.take(bytes)
            }
            // Whoever measured is gone: nobody waits for the rest.
            await self?.leave(channel)
        }
    }

    private func leave(_ channel: ByteChannel) async {
        guard self.client?.channel === channel, !self.isDead else { return }
        await self.endMeasurement()
    }

    private var isDead: Bool { self.faults.diesAfterMessages.map { self.messages >= $0 } ?? false }

    private func take(_ bytes: [UInt8]) async {
        for byte in bytes {
            guard byte == 0x0A else {
                self.line.append(byte)
                continue
            }
            let line = self.line
            self.line = []
            do throws(BridgeFormatError) {
                let (id, command) = try BridgeCommand.parse(line)
                self.received.append(command)
                await self.carryOut(command, id)
            } catch {
                self.say(nil, .failed(.init(.refused, "\(error)", cell: .unknown)))
            }
        }
    }

    private func carryOut(_ command: BridgeCommand, _ id: Int64) async {
        guard !self.faults.isInstrumentAbsent else {
            return self.say(id, .failed(.init(.absent, "no instrument was found", cell: .unknown)))
        }
        switch command {
        case .hello:
            let identity = DeviceIdentity(
                vendor: "PalmSens", model: "PalmSens4", serialNumber: Self.serialNumber, firmware: "1.9")
            self.say(id, .hello(.init(version: BridgeCommand.version, bridge: "simulated", identity: identity)))
        case .abort:
            await self.endMeasurement()
            self.say(id, .stopped(.off))
        case .impedance(let order):
            guard self.measuring == nil else {
                return self.say(id, .failed(.init(.refused, "a measurement is under way", cell: .unknown)))
            }
            // What the vendor's method accepts.
            guard (0.001...0.25).contains(order.sweep.amplitude.in(.volt)) else {
                return self.say(id, .failed(.init(.refused, "the amplitude must be 0.001 to 0.25 V RMS", cell: .off)))
            }
            self.say(id, .started)
            let task = Task { await self.measure(order, id) }
            self.measuring = (id, task)
        }
    }

    /// Ends what is measured, tells its client, and switches the cell off.
    private func endMeasurement() async {
        if let measuring {
            self.measuring = nil
            measuring.task.cancel()
            await measuring.task.value
            self.say(measuring.id, .failed(.init(.aborted, "the measurement was aborted", cell: .off)))
        }
        await self.cell.set(cellOn: false)
    }

    private func measure(_ order: BridgeCommand.Impedance, _ id: Int64) async {
        await self.cell.set(cellOn: true)
        try? await self.clock.sleep(until: self.clock.now.advanced(by: order.equilibration))
        var count = 0
        for frequency in order.sweep.frequencies {
            if count == self.faults.endsAfterPoints { break }
            if count == self.faults.silentAfterPoints { return }
            try? await self.clock.sleep(until: self.clock.now.advanced(by: ImpedanceTiming.point(at: frequency)))
            if Task.isCancelled { return }
            let (real, imaginary) = await self.cell.impedance(at: frequency)
            let scatter = self.noise * (real.si * real.si + imaginary.si * imaginary.si).squareRoot()
            if real.isFinite, imaginary.isFinite {
                self.say(
                    id,
                    .point(
                        ImpedancePoint(
                            frequency: frequency, real: Resistance(si: real.si + scatter * self.random.normal()),
                            imaginary: Resistance(si: imaginary.si + scatter * self.random.normal()))))
            } else {
                // An open circuit: the amplifier sees next to nothing.
                self.say(
                    id,
                    .point(
                        ImpedancePoint(
                            frequency: frequency, real: Resistance(1e9, .ohm), imaginary: Resistance(-1e9, .ohm),
                            isDoubtful: true)))
            }
            count += 1
        }
        if self.isDead { return }
        await self.cell.set(cellOn: false)
        if count == order.sweep.pointCount { await self.cell.recordMeasurement(tag: order.tag) }
        guard self.measuring?.id == id else { return }
        self.measuring = nil
        self.say(id, .done(points: self.faults.endsAfterPoints == nil ? count : order.sweep.pointCount, .off))
    }

    private func say(_ id: Int64?, _ content: BridgeMessage.Content) {
        guard !self.isDead else { return }
        var bytes = Array(BridgeMessage(id: id, content).line.utf8) + [0x0A]
        if self.messages == self.faults.garbledMessage { bytes = Array(bytes.prefix(bytes.count / 2)) + [0x0A] }
        self.client?.send(bytes)
        self.messages += 1
        if self.isDead {
            let channel = self.client?.channel
            // What was said leaves before the process dies.
            Task {
                try? await ContinuousClock().sleep(for: .milliseconds(5))
                channel?.close()
            }
        }
    }
}
