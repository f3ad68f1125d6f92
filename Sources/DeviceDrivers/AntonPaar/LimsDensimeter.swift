public import DeviceKit
public import Links
import Protocols

/// An Anton Paar DMA M densimeter with Lovis viscometer, by its LIMS folder exchange: an order is a small file in one
/// folder, the result a CSV file in another.
public actor LimsDensimeter: Viscometer {
    public nonisolated let name: String
    private let link: FolderLink
    private let clock: LabClock
    /// Lab time from an order to its result.
    private let longest: Duration
    /// Wall time beyond that.
    private let margin: Duration
    /// The order that was placed and not answered yet.
    private var ordered: LimsOrder?

    public init(
        name: String, link: FolderLink, longest: Duration = .seconds(3600), margin: Duration = .seconds(30),
        clock: LabClock = LabClock()
    ) {
        self.name = name
        self.link = link
        self.longest = longest
        self.margin = margin
        self.clock = clock
    }

    /// Looks at the folders; what is behind them cannot be asked.
    public func identify() async throws(DeviceError) -> DeviceIdentity {
        try await self.link.probe()
        return DeviceIdentity(vendor: "Anton Paar", model: "DMA M (LIMS)")
    }

    /// Takes back an order that the instrument has not taken. What it measures already it measures to the end: it moves
    /// nothing that could do harm.
    public func stop() async throws(DeviceError) {
        guard let ordered else { return try await self.link.probe() }
        try await self.link.withdraw(ordered.fileName)
    }

    public func measure(
        _ order: DensimetryOrder, sample: String, notice: @Sendable (String) -> Void,
        keep: @Sendable (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        try await self.link.exchange("measure \(sample)") { exchange throws(DeviceError) in
            let lims = try self.name(order, sample, exchange)
            // An earlier attempt may have left it.
            if order.purpose == .sample { try await self.link.withdraw(lims.fileName) }
            try await exchange.place(lims.fileName, lims.bytes)
            self.ordered = lims
            defer { self.ordered = nil }
            do throws(DeviceError) {
                return try await self.await(LimsAnswer(to: lims, device: self.name), exchange, notice, keep)
            } catch {
                // A new task, since this one may be cancelled. The failure that led here is the one to tell.
                _ = await Task { [link] in try? await link.withdraw(lims.fileName) }.value
                throw error
            }
        }
    }

    /// A name of which the folder has no result: a second measurement of a sample gets a letter.
    private func name(
        _ order: DensimetryOrder, _ sample: String, _ exchange: FolderExchange
    ) throws(DeviceError) -> LimsOrder {
        for letter in [""] + "bcdefghijklmnopqrstuvwxyz".map(String.init) {
            guard let lims = LimsOrder(sample: sample + letter, method: order.method, purpose: order.purpose) else {
                throw DeviceError(
                    .misconfigured, device: self.name, command: "measure \(sample)",
                    "“\(sample)” with the method “\(order.method)” cannot be ordered",
                    advice:
                        "Use at most \(LimsOrder.longestName) letters, digits and hyphens, and no `;` in the method.")
            }
            if !exchange.isKnown(beginning: "\(lims.sample)_") { return lims }
        }
        throw DeviceError(
            .unsafe, device: self.name, command: "measure \(sample)", "this sample has 26 results already",
            advice: "Clear out the folder of results.")
    }

    private func await(
        _ answer: LimsAnswer, _ exchange: FolderExchange, _ notice: (String) -> Void,
        _ keep: (RawRecord) throws(DeviceError) -> Void
    ) async throws(DeviceError) -> [DensimetryReading] {
        let deadline = ContinuousClock.now + self.clock.wall(self.longest) + self.margin
        var foreign: [String] = []
        while let file = try await exchange.nextFile(until: deadline, isComplete: ResultFile.isComplete) {
            guard answer.concerns(file) else {
                notice("\(file.name), \(file.bytes.count) bytes, is of no sample of this run; it stays where it is")
                foreign.append(file.name)
                continue
            }
            try keep(RawRecord(name: file.name, bytes: file.bytes))
            let others = try await exchange.newNames().filter { $0 != file.name && answer.isNamed($0) }
            return try answer.readings(in: file, besides: others, notice)
        }
        let isTaken = try await exchange.isTaken(answer.order.fileName)
        let seen = foreign.isEmpty ? "" : "; these came instead: \(foreign.joined(separator: ", "))"
        throw DeviceError(
            .timedOut, device: self.name, command: "measure \(answer.order.sample)",
            "no \(answer.order.resultName) within \(self.longest) of lab time; the order was "
                + (isTaken ? "taken" : "not taken, and is withdrawn") + seen,
            advice: isTaken
                ? "Look at the instrument's screen: does it have the method, and does it export to this folder?"
                : "Switch the instrument on and see that it watches this folder.")
    }
}
