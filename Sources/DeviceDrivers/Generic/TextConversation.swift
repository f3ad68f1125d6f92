import DeviceKit
import DeviceProfiles
import Links
import Protocols

/// A turn on a line of text.
struct TextConversation: ProfiledConversation {
    /// Lines that a device may say unasked before its answer.
    private static let unsolicitedLimit = 32

    let wire: TextWire
    let exchange: LinkExchange

    private var rules: ProfileTextProtocol { self.wire.line.rules }

    func read(_ states: [ProfileState]) async throws(DeviceError) -> [String: StateValue] {
        var told: [String: WireValue] = [:]
        for state in states where told[state.name] == nil {
            guard let exchange = self.readout(of: state) else { continue }
            told.merge(try await self.readAgreeing(exchange)) { _, new in new }
        }
        return states.reduce(into: [:]) { values, state in
            values[state.name] = told[state.name].flatMap { self.value($0, of: state) }
        }
    }

    func perform(
        _ action: ProfileAction, _ arguments: [String: StateValue], isLookedAt: Bool
    ) async throws(DeviceError) {
        guard case .text(let request) = action.access else { return }
        let silence = self.exchange.silence
        self.exchange.silence = .unknownOutcome
        defer { self.exchange.silence = silence }
        do throws(DeviceError) {
            _ = try await self.ask(request, self.wire.wireValues(arguments, of: action))
        } catch  where error.code == .unknownOutcome || error.code == .garbled {
            guard isLookedAt else {
                throw self.error(.unknownOutcome, error.detail, "Look at the device: it may have done it or not.")
            }
            // What it did instead of answering, the read-back shows.
            try await self.exchange.rest(self.exchange.timeouts.betweenBytes)
        }
    }

    func identify(_ exchange: TextExchange) async throws(DeviceError) -> [String: String] {
        do throws(DeviceError) {
            let told = try await self.ask(exchange, self.wire.wireParameters)
            return told.compactMapValues { if case .word(let word) = $0 { word } else { nil } }
        } catch  where error.code == .garbled {
            throw self.error(
                .mismatch, "this is no \(self.wire.profile.model): \(error.detail)",
                "Check what hangs on this line, its baud rate, and the device's `profile`.")
        }
    }

    private func readout(of state: ProfileState) -> TextExchange? {
        switch state.access {
        case .text(let exchange): return exchange
        case .with(let other):
            if case .text(let exchange)? = self.wire.profile.state(other)?.access { return exchange }
            return nil
        case .register, nil: return nil
        }
    }

    /// What the device answers; where nothing protects its answers, what it answers twice.
    private func readAgreeing(_ exchange: TextExchange) async throws(DeviceError) -> [String: WireValue] {
        let first = try await self.ask(exchange, self.wire.wireParameters)
        guard self.rules.readsTwice else { return first }
        let second = try await self.ask(exchange, self.wire.wireParameters)
        guard first == second else {
            throw self.error(
                .garbled, "asked twice, the device answers \(Self.text(first)), then \(Self.text(second))",
                "Check the cable for a loose contact or interference.")
        }
        return first
    }

    private static func text(_ values: [String: WireValue]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private func value(_ value: WireValue, of state: ProfileState) -> StateValue? {
        switch (state.kind, value) {
        case (.number(let unit), .number(let number)):
            .number(AnyQuantity(state.scale.value(ofWire: number, self.wire.parameters), unit))
        case (.options, .word(let word)): .option(word)
        case (.text, .word(let word)): .text(word)
        default: nil
        }
    }

    // MARK: On the wire

    private func ask(
        _ request: TextExchange, _ values: [String: WireValue]
    ) async throws(DeviceError) -> [String: WireValue] {
        if let pattern = request.request {
            guard let bytes = self.wire.request(request, values) else {
                throw self.error(
                    .misconfigured, "\(pattern.misfit(values) ?? "a value") does not fit into the request",
                    "Correct its limits or its format in the profile.")
            }
            let pause = self.exchange.timeouts.pause
            if pause > .zero, !self.exchange.record.isEmpty { try await self.exchange.rest(pause) }
            try await self.exchange.write(bytes)
        } else {
            // It talks all the time: what is under way began before anybody listened.
            _ = try await self.readFrame([])
        }
        guard let reply = request.reply?.filled(with: values) else { return [:] }
        for _ in 0..<Self.unsolicitedLimit {
            let message = try await self.readMessage(reply)
            if case .matched(let told, _) = reply.match(message) { return told }
            if let refusal = self.rules.refusals.first(where: { $0.pattern.matches(message) }) {
                throw self.error(
                    refusal.meaning.code, "the device answers \(LinkExchange.printable(message))", refusal.say)
            }
            guard self.rules.unsolicited.contains(where: { $0.matches(message) }) else {
                throw self.garbled(message)
            }
        }
        throw self.error(
            .garbled, "the device talks and does not answer", "Check `unsolicited` in the profile of this device.")
    }

    private func readMessage(_ reply: WirePattern) async throws(DeviceError) -> [UInt8] {
        let frame = try await self.readFrame([reply] + self.rules.refusals.map(\.pattern) + self.rules.unsolicited)
        guard let message = self.rules.framing.message(in: frame) else {
            throw self.error(
                .garbled, "the check characters of \(LinkExchange.printable(frame)) are wrong",
                "Check the cable and the line settings.")
        }
        let extra = self.exchange.unread.drop { self.rules.framing.ignored.contains($0) }
        if self.rules.refusesExtraInput, self.rules.unsolicited.isEmpty, !extra.isEmpty {
            throw self.garbled(frame + self.exchange.unread)
        }
        return message
    }

    private func readFrame(_ candidates: [WirePattern]) async throws(DeviceError) -> [UInt8] {
        let framing = self.rules.framing
        switch framing.replyEnd {
        case .bytes, .length:
            return try await self.exchange.readFrame(longest: framing.longest) { framing.replyLength(in: $0) }
        case .pattern:
            return try await self.exchange.readFrame(longest: framing.longest) { bytes in
                framing.replyLength(in: bytes, byPatterns: candidates)
            }
        case .silence:
            let bytes = try await self.exchange.readUntilQuiet(longest: framing.longest)
            guard !bytes.isEmpty else {
                throw self.error(
                    self.exchange.silence, "no answer within \(self.exchange.timeouts.firstByte)",
                    "Check that the device is on and connected to \(self.wire.line.link.address).")
            }
            return bytes
        }
    }

    private func garbled(_ bytes: [UInt8]) -> DeviceError {
        self.error(
            .garbled, "the device answers \(LinkExchange.printable(bytes))",
            "Check the cable, the line settings, and that this is a \(self.wire.profile.model).")
    }

    private func error(_ code: DeviceError.Code, _ detail: String, _ advice: String) -> DeviceError {
        DeviceError(code, device: self.wire.name, command: self.exchange.command, detail, advice: advice)
    }
}

extension WirePattern {
    fileprivate func matches(_ message: [UInt8]) -> Bool {
        if case .matched = self.match(message) { true } else { false }
    }
}

extension ProfileTextProtocol.Refusal.Meaning {
    fileprivate var code: DeviceError.Code {
        switch self {
        case .refused: .refused
        case .busy: .busy
        case .faulted: .faulted
        }
    }
}
