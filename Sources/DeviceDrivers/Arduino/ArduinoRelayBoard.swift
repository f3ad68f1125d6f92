import DeviceKit
public import Links
import Protocols

/// A board of four relays behind an Arduino on a serial line. The relays it switches are `relay(_:named:)`.
public actor ArduinoRelayBoard {
    public nonisolated let name: String
    nonisolated let link: ByteLink
    /// An Arduino resets when its port is opened and is deaf while its boot loader waits.
    private nonisolated let boot: Duration
    private var awakeSinceOpening: Int?

    /// - Parameters:
    ///   - boot: longest wait for the first answer after the port was opened. Wall time.
    public init(
        name: String,
        endpoint: LinkEndpoint,
        serial: SerialSettings = SerialSettings(baud: 9600),
        timeouts: LinkTimeouts = LinkTimeouts(),
        boot: Duration = .seconds(5),
        tap: LinkTap? = nil
    ) {
        let link = ByteLink(device: name, over: endpoint.transport(serial: serial), timeouts: timeouts, tap: tap)
        self.init(name: name, link: link, boot: boot)
    }

    public init(name: String, link: ByteLink, boot: Duration = .seconds(5)) {
        self.name = name
        self.link = link
        self.boot = boot
    }

    /// The relay on a channel of the board, 1…4. A channel that does not exist is refused at its first command.
    public nonisolated func relay(_ channel: Int, named name: String) -> ArduinoRelay {
        ArduinoRelay(name: name, channel: channel, board: self)
    }

    func isEnergised(_ channel: Int, for device: String) async throws(DeviceError) -> Bool {
        try await self.exchange(.read(channel: channel), for: device, priority: .run) { exchange throws(DeviceError) in
            try await self.ask(.read(channel: channel), exchange, for: device)
        }
    }

    /// Switches, and believes only the read-back.
    func set(
        _ channel: Int,
        energised: Bool,
        for device: String,
        priority: LinkPriority,
        shielded: Bool
    ) async throws(DeviceError) {
        let command = ArduinoRelayCommand.set(channel: channel, energised: energised)
        try await self.exchange(command, for: device, priority: priority, shielded: shielded) {
            exchange throws(DeviceError) in
            exchange.silence = .unknownOutcome
            do throws(DeviceError) {
                _ = try await self.ask(command, exchange, for: device)
            } catch  where error.code == exchange.silence || error.code == .garbled {
                // What it did instead of answering, the read-back shows.
                try await exchange.rest(exchange.timeouts.betweenBytes)
            }
            let isEnergised = try await self.ask(.read(channel: channel), exchange, for: device)
            exchange.isSettled = true
            guard isEnergised == energised else {
                throw DeviceError(
                    .mismatch,
                    device: device,
                    command: command.text,
                    "the relay reads back \(isEnergised ? "energised" : "released")",
                    advice: "Check the relay board; close the gas by hand."
                )
            }
        }
    }

    private func exchange<Value: Sendable>(
        _ command: ArduinoRelayCommand,
        for device: String,
        priority: LinkPriority,
        shielded: Bool = false,
        _ body: (LinkExchange) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        let channel =
            switch command {
            case .set(let channel, _), .read(let channel), .pulse(let channel): channel
            }
        guard ArduinoRelayCommand.channels.contains(channel) else {
            throw DeviceError(
                .misconfigured,
                device: device,
                command: command.text,
                "the board has no relay \(channel)",
                advice: "Choose a channel from 1 to 4 in the configuration."
            )
        }
        return try await self.link.exchange(command.text, priority: priority, shielded: shielded) {
            exchange throws(DeviceError) in
            try await self.awake(exchange, for: device)
            return try await body(exchange)
        }
    }

    /// Asks harmless questions until the board answers, once after each opening.
    private func awake(_ exchange: LinkExchange, for device: String) async throws(DeviceError) {
        let opening = self.link.openings
        guard self.awakeSinceOpening != opening else { return }
        let deadline = ContinuousClock.now + self.boot
        while true {
            do {
                _ = try await self.ask(.read(channel: 1), exchange, for: device)
                break
            } catch  where error.code == exchange.silence || error.code == .garbled {
                if ContinuousClock.now >= deadline { throw error }
            }
        }
        try await exchange.rest(exchange.timeouts.betweenBytes)  // Answers to questions asked while it booted.
        self.awakeSinceOpening = opening
    }

    private func ask(
        _ command: ArduinoRelayCommand,
        _ exchange: LinkExchange,
        for device: String
    ) async throws(DeviceError) -> Bool {
        try await exchange.write(command.bytes)
        let bytes = try await exchange.readFrame(
            longest: 64,
            within: exchange.timeouts.firstByte,
            ArduinoRelayReply.length(in:)
        )
        switch ArduinoRelayReply(parsing: bytes) {
        case .pin(let isHigh):
            return isHigh
        case .invalidInput:
            throw DeviceError(
                .refused,
                device: device,
                command: command.text,
                "the board answers “Invalid input”",
                advice: "Check the firmware of the board."
            )
        case .garbled:
            throw DeviceError(
                .garbled,
                device: device,
                command: command.text,
                "the board answers \(LinkExchange.printable(bytes))",
                advice: "Check the cable and that this is the relay board."
            )
        }
    }
}
