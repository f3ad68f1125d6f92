public import DeviceKit
public import Links
import Protocols

/// An Anton Paar DMA M densimeter with Lovis viscometer, by its serial remote interface.
///
/// No sample name travels on this route: that a result is of this measurement follows from the instrument's own sample
/// number, which must have grown by one.
public actor SerialDensimeter: Viscometer {
    public nonisolated let name: String
    private let link: ByteLink
    private let clock: LabClock
    private let longest: Duration
    private let margin: Duration

    /// - Parameters:
    ///   - longest: lab time from the start of a measurement to its result.
    ///   - margin: wall time beyond that.
    public init(
        name: String, link: ByteLink, longest: Duration = .seconds(3600), margin: Duration = .seconds(30),
        clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.longest = longest
        self.margin = margin
        self.clock = clock
    }

    public func identify() async throws(DeviceError) -> DeviceIdentity {
        let lines = try await self.ask(.identity, lines: 3)
        guard let identity = DensimeterReply.identity(lines) else {
            throw self.garbled(.identity, lines)
        }
        return identity
    }

    /// Aborts what is being measured; goes first after the exchange in flight.
    public nonisolated func stop() async throws(DeviceError) {
        try await self.abort()
    }

    public func measure(
        _ order: DensimetryOrder, sample: String, notice: @Sendable (String) -> Void,
        keep: @Sendable (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        guard order.purpose == .sample else {
            throw self.error(
                .misconfigured, "start", "this route knows no checks", "Do the check by the LIMS folder or by hand.")
        }
        try await self.requireRest()
        if order.number == nil { try await self.set(order.temperature) }
        let before = try await self.rawData()
        try await self.start(order.number)
        do throws(DeviceError) {
            let after = try await self.rawData()
            guard after.sample == (before.sample ?? 0) + 1 || (before.sample == nil && after.sample != nil) else {
                throw self.error(
                    .mismatch, "start",
                    "the sample's number went from \(before.sample.map(String.init) ?? "none") to "
                        + (after.sample.map(String.init) ?? "none"), "See who else uses the instrument.")
            }
            try self.check(after.setTemperature, order.temperature)
            try await self.waitForEnd()
            return [try await self.fetch("\(sample)-\(after.sample ?? 0)", keep)]
        } catch {
            if error.code == .cancelled || error.code == .timedOut || error.code == .mismatch {
                // A new task, since this one may be cancelled. What led here is the one to tell.
                _ = await Task { try? await self.abort() }.value
            }
            throw error
        }
    }

    // MARK: Steps

    private func requireRest() async throws(DeviceError) {
        guard try await self.state() != .running else {
            throw self.error(
                .busy, "finished", "the instrument is measuring already",
                "Wait until it is done, or press its stop key.")
        }
    }

    /// What the instrument says to it may be missing; what counts is what it reads back.
    private func set(_ temperature: Temperature) async throws(DeviceError) {
        let line = try await self.ask(.setTemperature(temperature))
        if let refusal = DensimeterReply.refusalOfTemperature(line) {
            throw self.error(
                .refused, DensimeterCommand.setTemperature(temperature).text, refusal,
                "Choose a temperature that the instrument can hold.")
        }
        try self.check(try await self.rawData().setTemperature, temperature)
    }

    private func check(_ set: Temperature, _ wanted: Temperature) throws(DeviceError) {
        guard (set - wanted).magnitude <= Temperature(0.02, .kelvin) else {
            throw self.error(
                .mismatch, "getrawdata", "the cell is set to \(set), not \(wanted)",
                "Compare the method's temperature on the instrument with the lab's description.")
        }
    }

    private func start(_ method: Int?) async throws(DeviceError) {
        let command = DensimeterCommand.start(method: method)
        let line: String
        do throws(DeviceError) {
            line = try await self.ask(command)
        } catch {
            // Never sent twice blindly: whether it was heard, the instrument tells.
            guard error.code == .timedOut, try await self.state() == .running else { throw error }
            return
        }
        switch DensimeterReply.start(line) {
        case .started?: return
        case .refused(let reason)?:
            throw self.error(
                reason == "measurement already started" ? .busy : .refused, command.text, reason,
                "Look at the instrument's screen.")
        case nil: throw self.garbled(command, [line])
        }
    }

    private func waitForEnd() async throws(DeviceError) {
        let deadline = ContinuousClock.now + self.clock.wall(self.longest) + self.margin
        while true {
            switch try await self.state() {
            case .finished: return
            case .idle:
                throw self.error(
                    .faulted, "finished", "the measurement was ended at the instrument", "Measure again when ready.")
            case .running: break
            }
            guard ContinuousClock.now < deadline else {
                throw self.error(
                    .timedOut, "finished", "no result within \(self.longest) of lab time; it is aborted",
                    "See whether the cell reaches its temperature, and how long the method takes.")
            }
            do {
                try await ContinuousClock().sleep(for: max(self.clock.wall(.seconds(1)), .milliseconds(10)))
            } catch {
                throw self.error(.cancelled, "finished", "stopped while measuring", "Measure again when ready.")
            }
        }
    }

    /// The instrument gives each result once, so it is kept before it is looked at.
    private func fetch(
        _ name: String, _ keep: (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> DensimetryReading {
        let head = try await self.ask(.head)
        let unit = try await self.ask(.unit)
        let data = try await self.ask(.data)
        try keep(RawRecord(name: "\(name).txt", bytes: Array("\(head)\n\(unit)\n\(data)\n".utf8)))
        guard let headers = DensimeterReply.fields(head), let units = DensimeterReply.fields(unit),
            let row = DensimeterReply.fields(data)
        else {
            throw self.error(
                .mismatch, "getdata", "the instrument has no new data: \(data)", "See who else fetches its results.")
        }
        do throws(DensimeterFormatError) {
            let table = try DensimeterTable(headers: headers, units: units, rows: [row])
            return try DensimeterColumns(of: table).reading(row)
        } catch {
            throw self.error(
                .garbled, "getdata", "\(error)", "The lines are kept. Compare the method's output on the instrument.")
        }
    }

    // MARK: Exchanges

    private nonisolated func state() async throws(DeviceError) -> DensimeterReply.State {
        let line = try await self.ask(.finished)
        guard let state = DensimeterReply.state(line) else { throw self.garbled(.finished, [line]) }
        return state
    }

    private nonisolated func rawData() async throws(DeviceError) -> DensimeterRawData {
        let line = try await self.ask(.rawData)
        guard let raw = DensimeterRawData(parsing: line) else { throw self.garbled(.rawData, [line]) }
        return raw
    }

    private nonisolated func abort() async throws(DeviceError) {
        let line = try await self.ask(.abort, priority: .stop)
        guard DensimeterReply.isAborted(line) != nil else { throw self.garbled(.abort, [line]) }
    }

    private nonisolated func ask(
        _ command: DensimeterCommand, priority: LinkPriority = .run
    ) async throws(DeviceError) -> String {
        try await self.ask(command, lines: 1, priority: priority).first ?? ""
    }

    private nonisolated func ask(
        _ command: DensimeterCommand, lines count: Int, priority: LinkPriority = .run
    ) async throws(DeviceError) -> [String] {
        try await self.link.exchange(command.text, priority: priority, shielded: priority == .stop) {
            exchange throws(DeviceError) in
            try await exchange.write(command.bytes)
            var lines: [String] = []
            while lines.count < count {
                let line = CodePage850.text(
                    try await exchange.readLine(ending: 0x0D).drop { $0 == 0x0A || $0 == 0x20 })
                if !line.isEmpty { lines.append(line) }
            }
            return lines
        }
    }

    private nonisolated func garbled(_ command: DensimeterCommand, _ lines: [String]) -> DeviceError {
        self.error(
            .garbled, command.text, "answered “\(lines.joined(separator: " ⏎ "))”",
            "Check the line's settings, and that no printer is set up on the instrument's port.")
    }

    private nonisolated func error(
        _ code: DeviceError.Code, _ command: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: command, detail, advice: advice)
    }
}
