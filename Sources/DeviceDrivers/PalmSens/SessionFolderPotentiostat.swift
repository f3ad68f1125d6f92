public import DeviceKit
public import Links
import Protocols

/// A potentiostat that a person operates by the vendor's program: an order is a text file in one folder, the result a
/// session file in another. For instruments that nothing else reaches.
///
/// The agent cannot switch the cell off: the vendor's program does so at the end of a measurement. What else there is on the
/// instrument, only the person at it sees.
public actor SessionFolderPotentiostat: Potentiostat {
    public nonisolated let name: String
    private let link: FolderLink
    private let clock: LabClock
    private let longest: Duration
    private let margin: Duration
    private var ordered: SessionOrder?

    /// - Parameters:
    ///   - longest: lab time from an order to its result; a person has to see the order first.
    ///   - margin: wall time beyond that.
    public init(
        name: String, link: FolderLink, longest: Duration = .seconds(14_400), margin: Duration = .seconds(30),
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
        return DeviceIdentity(vendor: "PalmSens", model: "session files")
    }

    /// Takes the order back. What is measured already, is measured to its end.
    public func stop() async throws(DeviceError) {
        guard let ordered else { return try await self.link.probe() }
        try await self.link.withdraw(ordered.fileName)
    }

    public func measureImpedance(
        _ sweep: ImpedanceSweep, tag: String, onPoint: @Sendable (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        try await self.link.exchange("measure \(tag)") { exchange throws(DeviceError) in
            let order = try self.order(sweep, tag, exchange)
            // An earlier attempt may have left it.
            try await self.link.withdraw(order.fileName)
            try await exchange.place(order.fileName, order.bytes)
            self.ordered = order
            defer { self.ordered = nil }
            do throws(DeviceError) {
                let record = try await self.await(order, exchange)
                try await self.link.withdraw(order.fileName)
                for point in record.points { onPoint(point) }
                return record
            } catch {
                // A new task, since this one may be cancelled. The failure that led here is the one to tell.
                _ = await Task { [link] in try? await link.withdraw(order.fileName) }.value
                throw error
            }
        }
    }

    /// A code of which the folder has no result: a second measurement gets a letter.
    private func order(
        _ sweep: ImpedanceSweep, _ tag: String, _ exchange: FolderExchange
    ) throws(DeviceError) -> SessionOrder {
        for letter in [""] + "bcdefghijklmnopqrstuvwxyz".map(String.init) {
            let order = SessionOrder(sweep, tag: tag, letter: letter)
            if !exchange.isKnown(beginning: "\(order.code).") { return order }
        }
        throw self.error(.unsafe, tag, "there are 26 results of it already", "Clear out the folder of results.")
    }

    private func await(
        _ order: SessionOrder, _ exchange: FolderExchange
    ) async throws(DeviceError) -> ImpedanceRecord {
        let deadline = ContinuousClock.now + self.clock.wall(self.longest) + self.margin
        var others: [String] = []
        while let file = try await exchange.nextFile(until: deadline, isComplete: Self.isComplete) {
            guard order.isNamed(file.name) else {
                others.append(file.name)
                continue
            }
            return try self.record(file, order)
        }
        let unread = try await exchange.newNames().filter { order.isNamed($0) }
        let seen =
            unread.isEmpty
            ? others.isEmpty ? "" : "; these came instead: \(others.joined(separator: ", "))"
            : "; it is there, but never stood still, or is too large"
        throw self.error(
            .timedOut, order.code, "no \(order.resultName) within \(self.longest) of lab time\(seen)",
            "Measure as the order in \(self.link.path)/in says, and save the session under that name.")
    }

    private func record(
        _ file: FolderExchange.File, _ order: SessionOrder
    ) throws(DeviceError) -> ImpedanceRecord {
        let session: PalmSensSession
        do throws(PalmSensSessionError) {
            session = try PalmSensSession(parsing: file.bytes)
        } catch {
            let cut = if case .incomplete = error { " It is cut short, and nothing has come since." } else { "" }
            throw self.error(
                .garbled, order.code, "\(file.name): \(error).\(cut)",
                "Save the session once more from the vendor's program. The file stays where it is.")
        }
        guard session.spectra.count == 1, let spectrum = session.spectra.first else {
            throw self.error(
                .mismatch, order.code,
                "\(file.name) has \(session.spectra.count) impedance spectra and \(session.others) other measurements; "
                    + "one spectrum was ordered", "Save a session that has this spectrum alone.")
        }
        if let misfit = order.misfit(spectrum) {
            throw self.error(
                .mismatch, order.code, "\(file.name): \(misfit)", "Measure again as the order says.")
        }
        return ImpedanceRecord(points: spectrum.points, raw: file.bytes, suffix: "pssession")
    }

    private static func isComplete(_ name: String, _ bytes: [UInt8]) -> Bool {
        do throws(PalmSensSessionError) {
            _ = try PalmSensSession(parsing: bytes)
            return true
        } catch {
            if case .incomplete = error { return false }
            return true
        }
    }

    private func error(
        _ code: DeviceError.Code, _ order: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: "measure \(order)", detail, advice: advice)
    }
}
