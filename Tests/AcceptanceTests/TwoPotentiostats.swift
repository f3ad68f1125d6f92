import DeviceKit
import Links
import Simulators

/// Two instruments of one model for one adapter: the one that belongs there, and another one.
struct TwoPotentiostats {
    /// The potentiostat's link in the example lab.
    static let link = "tty:///dev/serial/by-id/usb-PalmSens_EmStat4_LR_example-if00"

    let right = SimulatedPotentiostat(
        serialNumber: "ES4LR20B0008", cell: ConstantPhaseCell(), clock: LabClock(speed: 100))
    let other = SimulatedPotentiostat(serialNumber: "ES4LR20B0099", cell: ConstantPhaseCell())
    let rightTerminal: String
    let otherTerminal: String

    init() async throws {
        self.rightTerminal = try await self.right.openPseudoTerminal().terminal
        self.otherTerminal = try await self.other.openPseudoTerminal().terminal
    }

    /// What the instrument got that does not belong there, besides the questions who it is: `t`, `i`, and an empty line
    /// that ends half a one.
    var commandsToOther: [String] { get async { await self.other.received.filter { !["", "t", "i"].contains($0) } } }

    func close() async {
        await self.right.shutDown()
        await self.other.shutDown()
    }
}

extension LinkEndpoint {
    /// `/dev/pts/3`.
    var terminal: String { String("\(self)".dropFirst("tty://".count)) }
}
