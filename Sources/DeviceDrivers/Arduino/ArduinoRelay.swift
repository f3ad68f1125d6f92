public import DeviceKit
import Links

/// One relay of an Arduino board.
public struct ArduinoRelay: Relay {
    public let name: String
    /// 1…4.
    public let channel: Int
    private let board: ArduinoRelayBoard

    init(name: String, channel: Int, board: ArduinoRelayBoard) {
        self.name = name
        self.channel = channel
        self.board = board
    }

    public func identify() async throws(DeviceError) -> DeviceIdentity {
        _ = try await self.isEnergised()
        return DeviceIdentity(vendor: "Arduino", model: "relay board, channel \(self.channel)")
    }

    public func isEnergised() async throws(DeviceError) -> Bool {
        try await self.board.isEnergised(self.channel, for: self.name)
    }

    /// - Throws: `.mismatch` if the relay reads back otherwise; `.unknownOutcome` if it does not read back at all.
    public func set(energised: Bool) async throws(DeviceError) {
        try await self.board.set(self.channel, energised: energised, for: self.name, priority: .run, shielded: false)
    }

    /// Releases the relay.
    public func stop() async throws(DeviceError) {
        try await self.board.set(self.channel, energised: false, for: self.name, priority: .stop, shielded: true)
    }
}
