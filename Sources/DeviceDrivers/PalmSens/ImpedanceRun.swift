import DeviceKit
import Links
import Protocols

/// One impedance measurement in flight: the script is on the instrument, its points come in.
struct ImpedanceRun {
    private let plan: ImpedanceScript
    private let potentiostat: MethodScriptPotentiostat
    private let exchange: LinkExchange
    private let conversation: MethodScriptConversation
    private let frequencies: [Frequency]

    init(of plan: ImpedanceScript, on potentiostat: MethodScriptPotentiostat, _ exchange: LinkExchange) {
        self.plan = plan
        self.potentiostat = potentiostat
        self.exchange = exchange
        self.conversation = MethodScriptConversation(exchange, potentiostat.name, potentiostat.options)
        self.frequencies = plan.sweep.frequencies
    }

    /// Measures, and leaves the cell off whatever happens.
    func measure(
        isolation: isolated (any Actor)? = #isolation,
        _ onPoint: (ImpedancePoint) -> Void
    ) async throws(DeviceError) -> ImpedanceRecord {
        guard !self.exchange.wasInterrupted else { throw self.stopped("before anything was sent") }
        self.exchange.isSettled = false
        var output = MethodScriptOutput()
        var points: [ImpedancePoint] = []
        do {
            try await self.exchange.write(self.plan.script.bytes)
            while !output.hasEnded {
                let line = try await self.conversation.readLine(within: self.patience(pointsSoFar: points.count))
                for event in output.take(line) {
                    guard let point = try self.take(event) else { continue }
                    points.append(point)
                    onPoint(point)
                }
            }
        } catch {
            try await self.bringToRest(hasEnded: output.hasEnded, after: error)
        }
        if self.exchange.wasInterrupted {
            throw self.stopped("after \(points.count) of \(self.frequencies.count) points")
        }
        self.exchange.isSettled = true
        return try self.finish(points)
    }

    /// How long the next line may take: what the instrument needs for the next point is lab time, three times that
    /// and a margin are waited.
    private func patience(pointsSoFar: Int) -> Duration {
        let options = self.potentiostat.options
        let clock = self.potentiostat.clock
        let next =
            self.frequencies.indices.contains(pointsSoFar)
            ? ImpedanceTiming.point(at: self.frequencies[pointsSoFar]) : .zero
        let before = pointsSoFar == 0 ? self.plan.equilibration : .zero
        let patience = clock.wall((before + next) * 3) + options.margin
        return pointsSoFar == 0 ? max(patience, options.acceptance) : patience
    }

    /// The point in an event, if it is one.
    private func take(_ event: MethodScriptOutput.Event) throws(DeviceError) -> ImpedancePoint? {
        switch event {
        case .package(let package):
            return try self.point(package)
        case .rejected(let fault):
            throw self.error(.refused, "\(fault.code)\(self.place(fault))", fault.code.advice)
        case .failed(let fault):
            throw self.error(.faulted, "\(fault.code)\(self.place(fault))", fault.code.advice)
        case .garbled(let reason):
            throw self.error(
                .garbled,
                "said something that cannot be read: \(reason)",
                "Check the cable, then measure again."
            )
        case .acknowledged(UInt8(ascii: "Z")) where !self.exchange.wasInterrupted:
            throw self.error(.faulted, "was aborted by somebody else", "Check which other program uses the instrument.")
        case .refused(let command, let fault) where !self.exchange.wasInterrupted:
            let text = Unicode.Scalar(command)
            throw self.error(.faulted, "refused \(text), which was not sent: \(fault.code)", fault.code.advice)
        case .refused(UInt8(ascii: "Z"), _):
            // The stop came before the script: what of the script arrived while the instrument was deaf is not known.
            throw self.stopped("while the script was sent")
        default:
            return nil
        }
    }

    private func point(_ package: MethodScriptPackage) throws(DeviceError) -> ImpedancePoint {
        guard let frequency = package[.setFrequency], let real = package[.impedanceReal],
            let imaginary = package[.impedanceImaginary]
        else {
            throw self.error(
                .garbled,
                "sent a point without frequency, Z' or Z''",
                "The script does not fit this firmware: compare versions."
            )
        }
        let status = (real.status ?? []).union(imaginary.status ?? [])
        return ImpedancePoint(
            frequency: Frequency(si: frequency.value.value),
            real: Resistance(si: real.value.value),
            imaginary: Resistance(si: imaginary.value.value),
            isOverloaded: status.contains(.overload),
            isDoubtful: !status.subtracting(.overload).isEmpty
        )
    }

    /// After an error: ends the script if it may still run, switches the cell off, and throws what went wrong, or that
    /// the cell may still be on.
    private func bringToRest(
        isolation: isolated (any Actor)? = #isolation,
        hasEnded: Bool,
        after error: DeviceError
    ) async throws(DeviceError) -> Never {
        self.exchange.isShielded = true
        var error = error.code == .cancelled ? self.stopped("while measuring") : error
        do {
            if hasEnded {
                try await self.exchange.rest(self.potentiostat.options.errorRest)
            } else {
                try await self.conversation.synchronise()
            }
            // A script that was refused has moved nothing.
            if error.code != .refused { try await self.conversation.switchCellOff() }
            self.exchange.isSettled = true
            if error.code == .unknownOutcome {
                error = self.error(.timedOut, error.detail + "; the cell is off", error.advice)
            }
        } catch let failure {
            throw self.error(
                .unknownOutcome,
                "\(error.detail); then the cell could not be switched off: \(failure.detail)",
                "The cell may still be on: switch the instrument off by hand. \(error.advice)"
            )
        }
        throw error
    }

    private func finish(_ points: [ImpedancePoint]) throws(DeviceError) -> ImpedanceRecord {
        guard points.count == self.frequencies.count else {
            throw self.error(
                .mismatch,
                "ended after \(points.count) of \(self.frequencies.count) points",
                "Measure again."
            )
        }
        let usable = points.filter { $0.frequency.isFinite && $0.real.isFinite && $0.imaginary.isFinite }
        guard !usable.isEmpty else {
            throw self.error(
                .faulted,
                "no point has a value: the circuit through the cell is open",
                "Check that the cell is filled and its leads are connected."
            )
        }
        return ImpedanceRecord(points: usable, raw: self.exchange.record)
    }

    /// Where in the script an error lies, with the line quoted.
    private func place(_ fault: MethodScriptFault) -> String {
        guard let number = fault.line else { return "" }
        let column = fault.column.map { ", column \($0)" } ?? ""
        let line = self.plan.script.line(number).map { " (“\($0)”)" } ?? ""
        return " at line \(number)\(column)\(line)"
    }

    private func stopped(_ when: String) -> DeviceError {
        self.error(.cancelled, "stopped \(when)", "Measure again when ready.")
    }

    private func error(_ code: DeviceError.Code, _ detail: String, _ advice: String) -> DeviceError {
        self.potentiostat.error(code, self.exchange, detail, advice)
    }
}
