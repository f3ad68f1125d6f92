public import DeviceKit
public import Links
import Protocols

/// A simulated DMA M densimeter with a Lovis viscometer behind it: orders come through a LIMS folder or on a line, or a person
/// presses Start, and results are exported or printed.
public actor SimulatedDensimeter {
    /// The longest that it waits for a temperature, lab time.
    private static let equilibration = Duration.seconds(600)

    public var faults = DensimeterFaults()
    private let cell: any DensimeterCellModel
    let methods: [DensimeterMethod]
    private let clock: LabClock
    private var model: DensimeterModel
    private var modelTime: LabClock.Instant
    private var folder: ExchangeFolder?
    private var listener: InstrumentListener?
    /// Of what a person starts: where results go.
    private var exports: ExchangeFolder?
    private var printer: InstrumentPort?

    // The line's view.
    private var measuring: Task<Void, Never>?
    private var state = DensimeterReply.State.idle
    /// Of the method that is active on the instrument, if a command changed it.
    private var commanded: Temperature?
    private var samples = 0
    private var lastMethod: DensimeterMethod?
    /// Given out once.
    private var unread: [String]?

    /// - Parameters:
    ///   - methods: as they are set up on the instrument; the first is active.
    ///   - temperature: of the cell when it was switched on.
    public init(
        cell: any DensimeterCellModel, methods: [DensimeterMethod], temperature: Temperature,
        clock: LabClock = LabClock(), seed: UInt64 = 1
    ) {
        self.cell = cell
        self.methods = methods
        self.clock = clock
        self.model = DensimeterModel(temperature: temperature, seed: seed)
        self.modelTime = clock.now
    }

    /// Whether a measurement that was started on the line goes on.
    public var isMeasuring: Bool { self.state == .running }

    public func set(faults: DensimeterFaults) { self.faults = faults }

    /// Watches an order folder and writes results, in a new temporary folder with `in` and `out`.
    public func openFolder() throws -> LinkEndpoint {
        let folder = try ExchangeFolder("densimeter", orders: ".lims") { [weak self] _, bytes in
            // An order that cannot be read disappears all the same; unverified.
            guard let order = LimsOrder(parsing: bytes) else { return [] }
            return await self?.answer(order) ?? []
        }
        self.folder = folder
        return .folder(path: folder.path)
    }

    public func listen(host: String = "127.0.0.1", port: UInt16 = 0) throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().listen(host: host, port: port)
    }

    public func openPseudoTerminal() throws(LinkOpeningError) -> LinkEndpoint {
        try self.makeListener().openPseudoTerminal()
    }

    public func shutDown() {
        self.folder?.close()
        self.folder = nil
        self.exports?.close()
        self.exports = nil
        self.printer = nil
        self.listener?.shutDown()
        self.measuring?.cancel()
    }

    // MARK: Measuring

    /// Brings the cell to its temperature and measures; nothing when it is told to end.
    private func measure(_ method: DensimeterMethod, at temperature: Temperature, repeats: Int, tag: String) async
        -> [DensimetryReading]?
    {
        self.catchUp()
        self.model.set(temperature)
        let limit = self.clock.now.advanced(by: Self.equilibration)
        while !self.model.isEquilibrated, self.clock.now < limit {
            guard await self.pass(.seconds(10)) else { return nil }
        }
        // It must stay there for 10 s.
        guard await self.pass(.seconds(10)) else { return nil }
        var readings: [DensimetryReading] = []
        for _ in 0..<repeats {
            guard await self.pass(method.duration) else { return nil }
            await self.cell.set(temperature: self.model.cell)
            let filling = await self.cell.filling()
            await self.cell.recordMeasurement(tag: tag)
            readings.append(self.model.measure(filling, viscosity: method.measuresViscosity, self.faults))
        }
        return readings
    }

    /// False when it was told to end.
    private func pass(_ duration: Duration) async -> Bool {
        do { try await self.clock.sleep(until: self.clock.now.advanced(by: duration)) } catch { return false }
        self.catchUp()
        return true
    }

    private func catchUp() {
        let now = self.clock.now
        self.model.advance(by: self.modelTime.duration(to: now), stuck: self.faults.neverEquilibrates)
        self.modelTime = now
    }

    // MARK: Folder

    private func answer(_ order: LimsOrder) async -> [ExchangeFolder.Output] {
        guard !self.faults.isSilent, let method = self.methods.first(where: { $0.name == order.method }),
            let readings = await self.measure(
                method, at: method.temperature, repeats: method.repeats, tag: order.sample)
        else { return [] }
        return DensimeterExport(readings, of: order, showsViscosity: method.measuresViscosity, self.faults).files
    }

    // MARK: By hand

    /// A new temporary folder that results are exported to.
    public func openExportFolder() throws -> LinkEndpoint {
        let exports = try ExchangeFolder(exports: "densimeter")
        self.exports = exports
        return .folder(path: exports.path)
    }

    /// A line on which results are printed; what comes on it is ignored.
    public func openPrinter(tcp: Bool = false) throws(LinkOpeningError) -> LinkEndpoint {
        let listener = InstrumentListener { [weak self] channel in await self?.attachPrinter(channel) }
        self.listener = listener
        return tcp ? try listener.listen(host: "127.0.0.1", port: 0) : try listener.openPseudoTerminal()
    }

    private func attachPrinter(_ channel: ByteChannel) async {
        self.printer = InstrumentPort(channel)
        while await (try? channel.read()) != nil {}
    }

    /// Sends bytes to whoever stands in for the printer.
    public func print(_ bytes: [UInt8]) { self.printer?.send(bytes) }

    /// What a person does who enters a method and a sample's name and presses Start. The result goes where results go.
    public func start(method name: String, sample: String) {
        guard !self.faults.isSilent, self.state != .running,
            let method = self.methods.first(where: { $0.name == name })
        else { return }
        self.state = .running
        self.samples += 1
        self.measuring = Task {
            // Each repeat is a row of the file; what is printed is one result.
            let repeats = self.exports == nil ? 1 : method.repeats
            let readings = await self.measure(method, at: method.temperature, repeats: repeats, tag: sample)
            self.state = .finished
            guard let readings, let reading = readings.first else { return }
            if let exports = self.exports, let order = LimsOrder(sample: sample, method: name) {
                let files = DensimeterExport(
                    readings, of: order, showsViscosity: method.measuresViscosity, self.faults
                ).files
                for file in files { await exports.write(file) }
            }
            var record = DensimeterPrint(reading, sample: self.faults.renames ?? sample, method: name).bytes
            if self.faults.isCut { record.removeLast(record.count / 3) }
            if self.faults.repeatsItself { record += record }
            self.print(self.faults.garbage + record)
        }
    }

    // MARK: Line

    private func makeListener() -> InstrumentListener {
        let listener = InstrumentListener { [weak self] channel in await self?.serve(channel) }
        self.listener = listener
        return listener
    }

    private func serve(_ channel: ByteChannel) async {
        let port = InstrumentPort(channel)
        var pending: [UInt8] = []
        while let bytes = try? await channel.read() {
            pending += bytes
            while let end = pending.firstIndex(of: 0x0D) {
                let line = CodePage850.text(pending[..<end])
                pending.removeSubrange(...end)
                guard !line.allSatisfy(\.isWhitespace) else { continue }
                let lines = self.reply(to: line)
                guard !self.faults.isMute else { continue }
                port.send(
                    self.faults.garbage + lines.flatMap { CodePage850.bytes($0) + [0x0D] }, after: self.faults.lateBy)
                self.faults.garbage = []
                self.faults.lateBy = nil
            }
            if pending.count > 4096 { pending = [] }
        }
    }

    /// What it answers, as the manual and the drivers in use have it. The answer to an unknown command is unverified.
    private func reply(to line: String) -> [String] {
        self.catchUp()
        guard let command = DensimeterCommand(parsing: line) else { return ["unknown command"] }
        switch command {
        case .identity: return ["serial number: 81234567", "DMA 4100M V2.10.7000.1", "protocol version: 2.00"]
        case .methodName: return ["method name: \(self.methods.first?.name ?? "Density"), 0"]
        case .finished:
            switch self.state {
            case .idle: return ["measurement not started"]
            case .running: return ["measurement not finished"]
            case .finished: return ["measurement finished"]
            }
        case .start(let number): return [self.start(number)]
        case .abort:
            guard self.state == .running else { return ["measurement not started"] }
            self.measuring?.cancel()
            self.state = .idle
            self.unread = DensimeterExport.canceled(self.lastMethod)
            return ["measurement aborted"]
        case .setTemperature(let temperature):
            guard self.state != .running else { return ["not allowed during measurement"] }
            guard (0...90).contains(temperature.celsius) else { return ["wrong parameter value"] }
            self.state = .idle
            self.commanded = temperature
            self.model.set(temperature)
            return ["accepted"]
        case .head:
            return [self.lastMethod.map { "data head: " + DensimeterExport.lineHeaders($0) } ?? "no data available"]
        case .unit:
            return [self.lastMethod.map { "data unit: " + DensimeterExport.lineUnits($0) } ?? "no data available"]
        case .data:
            defer { self.unread = nil }
            return [self.unread.map { "data: " + $0.joined(separator: ";") } ?? "no new data available"]
        case .rawData:
            let fields = [
                "0.000000", self.model.cell.celsius.decimals(3), self.model.setTemperature.celsius.decimals(3),
                self.samples == 0 ? "NaN" : "\(self.samples)",
            ]
            return [fields.joined(separator: ";")]
        }
    }

    private func start(_ number: Int?) -> String {
        if let refusal = self.faults.refusal { return refusal }
        guard self.state != .running else { return "measurement already started" }
        guard let method = number.map({ number in self.methods.first { $0.number == number } }) ?? self.methods.first
        else { return "invalid method" }
        let temperature = number == nil ? self.commanded ?? method.temperature : method.temperature
        self.model.set(temperature)
        self.samples += 1
        self.state = .running
        self.unread = nil
        self.lastMethod = method
        let tag = "sample \(self.samples)"
        self.measuring = Task {
            guard let reading = await self.measure(method, at: temperature, repeats: 1, tag: tag)?.first else { return }
            self.finish(method, reading)
        }
        return "measurement started"
    }

    private func finish(_ method: DensimeterMethod, _ reading: DensimetryReading) {
        guard self.state == .running else { return }
        self.state = .finished
        self.unread = DensimeterExport.lineFields(reading, method)
    }
}
