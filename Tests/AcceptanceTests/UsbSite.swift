import DeviceKit
import Foundation
import Protocols
import Simulators
import Site
import Testing

/// A simulated site whose potentiostat hangs on a USB adapter that can be pulled. Two instruments are at hand: the one
/// that belongs there, and another one of the same model.
final class UsbSite {
    static let adapter = "A10K1XYZ"

    let site: SimulatedSite
    let usb: UsbWorld
    let right = SimulatedPotentiostat(
        serialNumber: "ES4LR20B0008", cell: ConstantPhaseCell(), clock: LabClock(speed: 100))
    let other = SimulatedPotentiostat(serialNumber: "ES4LR20B0099", cell: ConstantPhaseCell())
    let rightTerminal: String
    let otherTerminal: String

    init() async throws {
        self.site = try await SimulatedSite()
        self.usb = try UsbWorld()
        try self.site.lab.change(
            "lab.yaml", #""tty:///dev/serial/by-id/usb-PalmSens_EmStat4_LR_example-if00""#,
            "{ usb: { serial: \(Self.adapter) } }")
        let links = try String(contentsOfFile: self.site.links, encoding: .utf8)
        try links.split(separator: "\n").filter { !$0.contains("potentiostat") }.joined(separator: "\n")
            .write(toFile: self.site.links, atomically: true, encoding: .utf8)
        self.rightTerminal = String("\(try await self.right.openPseudoTerminal())".dropFirst(6))
        self.otherTerminal = String("\(try await self.other.openPseudoTerminal())".dropFirst(6))
    }

    /// The command lines that the instrument got which does not belong there.
    var heardByOther: [String] { get async { await self.other.received } }

    /// Ends the instruments.
    func close() async {
        await self.right.shutDown()
        await self.other.shutDown()
    }

    func startAgent() throws -> EdgeAgentProgram.Started { try self.site.startAgent(environment: self.usb.environment) }

    /// How the agent says the potentiostat stands.
    func potentiostat() throws -> JSONValue {
        try #require(
            JSONValue(parsing: self.site.ask("devices", "--json").output).array?.first {
                $0["device"] == "potentiostat"
            })
    }

    /// Waits until the last thing that the agent told about the potentiostat is this.
    func waits(for event: String, of agent: EdgeAgentProgram.Started, atMost limit: Duration = .seconds(30))
        async throws
    {
        let deadline = ContinuousClock.now + limit
        while true {
            let last = agent.output.split(separator: "\n").last {
                $0.contains(#""device":"potentiostat""#) && $0.contains(#""event":"device."#)
            }
            if last?.contains(#""event":"device.\#(event)""#) == true { return }
            try #require(ContinuousClock.now < deadline, "not \(event): \(last ?? "")")
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until the potentiostat stands so.
    func waits(for state: String, atMost limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let now = try self.potentiostat()
            if now["state"] == .string(state) { return }
            try #require(ContinuousClock.now < deadline, "it is not \(state) but \(now.text())")
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
