import DeviceKit
import Links
import Protocols

/// The exchanges with a MethodSCRIPT instrument that measure nothing: finding the beginning of its answers, asking who
/// it is, switching the cell off.
struct MethodScriptConversation {
    static let abort = Array("Z\n".utf8)
    private static let attempts = 3

    let exchange: LinkExchange
    let device: String
    let options: MethodScriptOptions

    init(_ exchange: LinkExchange, _ device: String, _ options: MethodScriptOptions) {
        self.exchange = exchange
        self.device = device
        self.options = options
    }

    /// Ends a half-sent line, aborts what runs and reads up to the answer to the abort: an instrument answers in order,
    /// so whatever comes before it belongs to the past.
    func synchronise() async throws(DeviceError) {
        let command = self.exchange.command
        self.exchange.command = "Z"
        defer { self.exchange.command = command }
        for attempt in 1... {
            do {
                try await self.exchange.write([0x0A] + Self.abort)
                try await self.readAbortAnswer()
                break
            } catch {
                // Deaf after an error, or not awake yet; worth another try while the line stands.
                let mayHaveBeenDeaf = error.code == self.exchange.silence || error.code == .garbled
                guard mayHaveBeenDeaf, attempt < Self.attempts else { throw error }
            }
        }
        try await self.exchange.rest(self.options.errorRest)
        self.exchange.isSettled = true
    }

    /// Model, firmware and serial number, by `t` and `i`: all that may be said to an instrument that has not been
    /// recognised. A script that runs is waited for, as long as an abort would be, and not aborted.
    ///
    /// - Throws: `.busy` if the script goes on.
    func askIdentity() async throws(DeviceError) -> (MethodScriptInstrument, DeviceIdentity) {
        let version = try await self.askVersion(waiting: self.options.abort)
        let serial = try await self.ask("i")
        self.exchange.isSettled = true
        guard version.identifier != MethodScriptInstrument.bootloaderIdentifier else {
            throw self.error(
                .misconfigured,
                "t",
                "waits for firmware (bootloader)",
                "Finish its update, or switch it off and on."
            )
        }
        let found = MethodScriptInstrument(identifier: version.identifier)
        guard let instrument = found ?? (self.options.allowsUnknownModels ? .emStat4LR : nil) else {
            throw self.error(
                .misconfigured,
                "t",
                "is of the unknown model “\(version.identifier)”",
                "Check the endpoint; allow unknown models in the configuration if it is right."
            )
        }
        let identity = DeviceIdentity(
            vendor: "PalmSens",
            model: found?.model ?? version.identifier,
            serialNumber: String(decoding: serial, as: UTF8.self),
            firmware: version.firmware
        )
        return (instrument, identity)
    }

    /// Finds out that a MethodSCRIPT instrument answers, idle or in the middle of a script, before it is told to stop.
    func requireInstrument() async throws(DeviceError) {
        do throws(DeviceError) {
            _ = try await self.askVersion(waiting: .zero)
        } catch  where error.code == .busy {
            // It said so itself, in its own protocol.
        }
        try await self.exchange.rest(self.options.errorRest)
    }

    /// Runs the script that only switches the cell off.
    ///
    /// - Throws: `.unknownOutcome` where the instrument does not say that it did.
    func switchCellOff() async throws(DeviceError) {
        self.exchange.isSettled = false
        try await self.exchange.write(MethodScript.cellOff.bytes)
        var output = MethodScriptOutput()
        while !output.hasEnded {
            for event in output.take(try await self.readLine(within: self.options.acceptance)) {
                switch event {
                case .accepted, .finished, .acknowledged, .refused: break
                case .rejected(let fault), .failed(let fault):
                    try await self.exchange.rest(self.options.errorRest)
                    throw self.error(
                        .unknownOutcome,
                        "cell_off",
                        "\(fault.code); the cell may still be on",
                        "Switch the instrument off by hand. \(fault.code.advice)"
                    )
                default:
                    throw self.error(
                        .unknownOutcome,
                        "cell_off",
                        "the answer makes no sense; the cell may still be on",
                        "Switch the instrument off by hand."
                    )
                }
            }
        }
        self.exchange.isSettled = true
    }

    /// A line that begins within `limit`, nil being the first-byte time-out. No total time-out counts here: what a
    /// measurement takes is not the link's to say.
    func readLine(within limit: Duration? = nil) async throws(DeviceError) -> [UInt8] {
        let limit = limit ?? self.exchange.timeouts.firstByte
        return MethodScriptLine.cleaned(try await self.exchange.readLine(within: limit))
    }

    private func readAbortAnswer() async throws(DeviceError) {
        let limit = ContinuousClock.now + self.options.abort
        while ContinuousClock.now < limit {
            let line = try await self.readLine()
            if MethodScriptFault(parsing: line, echo: UInt8(ascii: "Z")) != nil { return }
            guard line == [UInt8(ascii: "Z")] else { continue }
            // A script was running: the rest of its output ends with an empty line.
            while ContinuousClock.now < limit {
                if try await self.readLine(within: self.options.abort).isEmpty { return }
            }
        }
        throw self.error(
            self.exchange.silence,
            "Z",
            "does not stop talking within \(self.options.abort)",
            "Switch the instrument off and on."
        )
    }

    /// Asks for the version, again where an earlier conversation left half a line or half a script behind.
    private func askVersion(waiting: Duration) async throws(DeviceError) -> MethodScriptVersion {
        self.exchange.isSettled = false
        let limit = ContinuousClock.now + waiting
        // One that is deaf after an error, or that has just got its power, hears the second question.
        let hint = min(self.exchange.timeouts.firstByte, self.options.errorRest * 2)
        var attempt = 1
        while true {
            do throws(DeviceError) {
                try await self.exchange.write((attempt > 1 ? [0x0A] : []) + Array("t\n".utf8))
                return try await self.readVersion(within: attempt == 1 ? hint : nil)
            } catch {
                if error.code == .busy {
                    guard ContinuousClock.now < limit else { throw error }
                    try await self.waitForEndOfScript()
                } else {
                    let mayHaveBeenDeaf = [self.exchange.silence, .garbled, .refused].contains(error.code)
                    guard mayHaveBeenDeaf, attempt < Self.attempts else { throw error }
                    attempt += 1
                }
            }
            try await self.exchange.rest(self.options.errorRest)
        }
    }

    private func readVersion(within limit: Duration?) async throws(DeviceError) -> MethodScriptVersion {
        var lines = [try await self.readAnswer(to: "t", within: limit)]
        while lines.last?.last != UInt8(ascii: "*"), lines.count < 8 { lines.append(try await self.readLine()) }
        do {
            return try MethodScriptVersion(parsing: lines)
        } catch {
            throw self.error(
                .garbled,
                "t",
                "answered \(LinkExchange.printable(lines.joined(separator: [0x0A]))), \(error)",
                "Check that this endpoint is a MethodSCRIPT potentiostat."
            )
        }
    }

    /// The output of a script ends with an empty line; between two points of a low frequency nothing may come for long.
    private func waitForEndOfScript() async throws(DeviceError) {
        do throws(DeviceError) {
            while try await !self.readLine().isEmpty {}
        } catch  where error.code == self.exchange.silence {
            // It is asked again whether it still runs.
        }
    }

    private func ask(_ command: String) async throws(DeviceError) -> ArraySlice<UInt8> {
        self.exchange.isSettled = false
        try await self.exchange.write(Array("\(command)\n".utf8))
        return try await self.readAnswer(to: command).dropFirst(command.utf8.count)
    }

    /// The next line that answers a command of one letter. What comes before it belongs to the past, or to a script.
    ///
    /// - Throws: `.busy` if a script runs, `.refused` for another error that the instrument reports.
    private func readAnswer(
        to command: String, within patience: Duration? = nil
    ) async throws(DeviceError) -> [UInt8] {
        var others: [UInt8] = []
        let limit = ContinuousClock.now + self.options.abort
        while ContinuousClock.now < limit {
            let line: [UInt8]
            do throws(DeviceError) {
                line = try await self.readLine(within: patience)
            } catch  where error.code == self.exchange.silence && !others.isEmpty {
                break
            }
            if let fault = MethodScriptFault(parsing: line, echo: command.utf8.first) {
                guard fault.code == .wrongMode else {
                    throw self.error(.refused, command, "\(fault.code)", fault.code.advice)
                }
                throw self.error(
                    .busy, command, "it runs a script", "Wait until it has ended, or switch the instrument off and on.")
            }
            if line.starts(with: command.utf8) { return line }
            if !line.isEmpty { others = line }
        }
        throw self.error(
            .garbled,
            command,
            "answered \(LinkExchange.printable(others))",
            "Check that this endpoint is a MethodSCRIPT potentiostat."
        )
    }

    private func error(
        _ code: DeviceError.Code,
        _ command: String,
        _ detail: String,
        _ advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.device, command: command, detail, advice: advice)
    }
}
