public import DeviceKit
public import DeviceProfiles
public import Links
import Protocols

/// A line on which text is spoken, to one device or to several that tell each other apart.
public actor TextLine {
    nonisolated let link: ByteLink
    nonisolated let rules: ProfileTextProtocol
    private var awakeSinceOpening: Int?

    /// - Throws: `.misconfigured` for a profile without text protocol.
    public init(
        device: String, profile: DeviceProfile, over transport: any LinkTransport, tap: LinkTap? = nil
    ) throws(DeviceError) {
        guard let rules = profile.link.text else {
            throw DeviceError(
                .misconfigured, device: device, command: "open", "\(profile.model) has no text protocol",
                advice: "Give `framing` in the `link` of its profile, or another driver.")
        }
        self.rules = rules
        self.link = ByteLink(
            device: device, over: transport, timeouts: LinkTimeouts(profile.link.timing),
            recovery: profile.link.recovery.map(LinkRecovery.init), tap: tap)
    }

    /// Asks the harmless question of a profile until the device answers, once after each opening.
    func awake(_ exchange: LinkExchange, _ ask: () async throws(DeviceError) -> Void) async throws(DeviceError) {
        guard let wake = self.rules.wake, self.awakeSinceOpening != self.link.openings else { return }
        let opening = self.link.openings
        let deadline = ContinuousClock.now + wake.limit
        while true {
            do throws(DeviceError) {
                try await ask()
                break
            } catch  where error.code == exchange.silence || error.code == .garbled {
                if ContinuousClock.now >= deadline { throw error }
            }
        }
        try await exchange.rest(exchange.timeouts.betweenBytes)  // Answers to questions asked while it was deaf.
        self.awakeSinceOpening = opening
    }
}
