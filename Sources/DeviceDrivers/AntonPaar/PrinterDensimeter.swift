public import DeviceKit
public import Links
public import Protocols

/// A densimeter that a person starts at its keys, and that prints each result: the agent stands in for the printer. It sends
/// nothing, and takes the record of the sample that it waits for.
public actor PrinterDensimeter: Viscometer {
    /// Bytes of one printing; a line that never falls silent is looked at after so many.
    private static let longestPrinting = 16_384
    /// A line on which so much else is printed is not the printer's alone.
    private static let mostPrintings = 200
    /// Between two attempts to open a line that broke.
    private static let reopening = Duration.seconds(1)

    public nonisolated let name: String
    private let link: ByteLink
    private let format: DensimeterPrintout.Format
    private let clock: LabClock
    private let longest: Duration
    private let margin: Duration
    private var isListening = false
    private var samples = PrintedSample()
    /// Until when the record of a sample that was given up may still come.
    private var owedUntil = ContinuousClock.now

    /// - Parameters:
    ///   - link: keeps unsolicited bytes; a printing ends where nothing comes for its between-bytes time-out.
    ///   - longest: lab time from a person's word to the result.
    ///   - margin: wall time beyond that.
    public init(
        name: String, link: ByteLink, format: DensimeterPrintout.Format = .init(), longest: Duration = .seconds(3600),
        margin: Duration = .seconds(30), clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.format = format
        self.longest = longest
        self.margin = margin
        self.clock = clock
    }

    /// Opens the line; what is behind it cannot be asked.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        if !self.isListening {
            try await self.link.exchange("open the line") { exchange throws(DeviceError) in exchange.isSettled = true }
        }
        return DeviceIdentity(vendor: "Anton Paar", model: "printer output, started by hand")
    }

    /// Nothing: what a person started, a person stops, and it moves nothing that could do harm.
    public func stop() {}

    public func measure(
        _ order: DensimetryOrder, sample: String, notice: @Sendable (String) -> Void,
        keep: @Sendable (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        guard !self.isListening else {
            throw self.error(.busy, sample, "another sample is waited for", "Wait until it is done, or stop it.")
        }
        self.isListening = true
        defer { self.isListening = false }
        if ContinuousClock.now > self.owedUntil { self.samples.owed = nil }
        let patience = self.clock.wall(self.longest) + self.margin
        var wait = Wait(order: order, sample: sample, deadline: .now + patience)
        do throws(DeviceError) {
            while true {
                if let reading = try await self.listen(&wait, notice, keep) { return [reading] }
                // Whoever prints once more when the line is back is heard.
                if wait.isBroken { try await self.rest(sample) }
            }
        } catch {
            if !wait.hasCome {
                self.samples.owed = sample
                self.owedUntil = .now + patience
            }
            throw error
        }
    }

    /// What is waited for, and what came instead.
    private struct Wait {
        let order: DensimetryOrder
        let sample: String
        let deadline: ContinuousClock.Instant
        /// Whether the line is to be opened again.
        var isBroken = false
        var isEarly = true
        /// Whether the sample's record came, whatever it was worth.
        var hasCome = false
        var printings = 0
        /// The newest few.
        var others: [String] = []

        mutating func note(_ other: String) { self.others = self.others.suffix(4) + [other] }
    }

    /// Takes what is printed next.
    ///
    /// - Returns: nil where it is not the record, or the line broke.
    private func listen(
        _ wait: inout Wait, _ notice: (String) -> Void, _ keep: (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> DensimetryReading? {
        let (sample, deadline) = (wait.sample, wait.deadline)
        let printing: Printing
        do throws(DeviceError) {
            printing = try await self.link.exchange("measure \(sample)", silence: .absent) {
                exchange throws(DeviceError) in
                // Nothing was asked, so that nothing late can come.
                exchange.isSettled = true
                return await self.nextPrinting(on: exchange, until: deadline)
            }
        } catch {
            // A line that was never there is no line that broke.
            guard error.code == .absent, wait.isBroken, ContinuousClock.now < deadline else { throw error }
            return nil
        }
        let isEarly = wait.isEarly && printing.isEarly
        wait.isEarly = false
        if !printing.bytes.isEmpty,
            let reading = try self.take(printing.bytes, isEarly: isEarly, &wait, notice, keep)
        {
            return reading
        }
        wait.isBroken = printing.failure != nil
        if let failure = printing.failure {
            guard failure.code == .absent else { throw failure }
            notice("\(failure.detail); it is opened again, and what is printed meanwhile is lost")
        }
        guard ContinuousClock.now < deadline else { throw self.timedOut(wait) }
        return nil
    }

    /// What came between two silences, also where the line broke.
    private struct Printing: Sendable {
        var bytes: [UInt8]
        /// It had begun before anybody listened.
        var isEarly: Bool
        var failure: DeviceError?
    }

    private func nextPrinting(on exchange: LinkExchange, until deadline: ContinuousClock.Instant) async -> Printing {
        let early = exchange.unread
        let limit = max(deadline - .now, .zero)
        do throws(DeviceError) {
            let bytes = try await exchange.readUntilQuiet(longest: Self.longestPrinting, within: limit)
            return Printing(bytes: bytes, isEarly: !early.isEmpty, failure: nil)
        } catch {
            return Printing(bytes: early + exchange.record, isEarly: !early.isEmpty, failure: error)
        }
    }

    /// Keeps what came, then finds the record in it.
    private func take(
        _ bytes: [UInt8], isEarly: Bool, _ wait: inout Wait, _ notice: (String) -> Void,
        _ keep: (RawRecord) throws(DeviceError) -> Void
    ) throws(DeviceError) -> DensimetryReading? {
        try keep(RawRecord(name: "\(wait.sample)_printed.txt", bytes: bytes))
        wait.printings += 1
        guard wait.printings <= Self.mostPrintings else {
            throw self.error(
                .garbled, wait.sample, "\(wait.printings) printings came, and none was of this sample",
                "Compare the line's settings with the printer's on the instrument, and see what else is on the line.")
        }
        var found: [DensimetryReading] = []
        for part in DensimeterPrintout(bytes, format: self.format).parts {
            let text = part.lines.joined(separator: " | ").prefix(300)
            guard case .success(let record) = part.record else {
                if case .failure(let reason) = part.record {
                    wait.note("“\(text)”: \(reason)")
                    notice("printed, and not taken, since \(reason): “\(text)”. It is kept; print it once more")
                }
                continue
            }
            switch self.samples.judge(record, sample: wait.sample, method: wait.order.method, isEarly: isEarly) {
            case .ours(let reason):
                if let reason { notice("printed, and taken for \(wait.sample): \(reason)") }
                wait.hasCome = true
                found.append(record.reading)
            case .foreign(let reason):
                wait.note(reason)
                notice("printed, and not taken: \(reason): “\(text)”. It is kept")
            case .unwanted(let reason):
                wait.hasCome = true
                throw self.error(.mismatch, wait.sample, reason, "Measure it again with the method that was named.")
            case .doubtful(let reason):
                throw self.error(
                    .mismatch, wait.sample, "a record was printed that nobody can be sure of: \(reason)",
                    "It is kept as it came. Have the instrument print sample names, or measure the sample again.")
            }
        }
        guard found.count < 2 else {
            throw self.error(
                .mismatch, wait.sample, "\(found.count) records of one sample were printed at once",
                "They are kept as they came. Find out who measured this sample a second time.")
        }
        return found.first
    }

    private func rest(_ sample: String) async throws(DeviceError) {
        do {
            try await ContinuousClock().sleep(for: Self.reopening)
        } catch {
            throw self.error(.cancelled, sample, "stopped while waiting for the result", "Measure again when ready.")
        }
    }

    private func timedOut(_ wait: Wait) -> DeviceError {
        let seen = wait.others.isEmpty ? "" : "; this came instead: \(wait.others.joined(separator: "; "))"
        return self.error(
            .timedOut, wait.sample, "no record of it was printed within \(self.longest) of lab time\(seen)",
            "See whether it was started under this name, and whether the instrument prints to \(self.link.address).")
    }

    private func error(
        _ code: DeviceError.Code, _ sample: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: "measure \(sample)", detail, advice: advice)
    }
}
