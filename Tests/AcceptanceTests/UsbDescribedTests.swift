import Foundation
import Protocols
import Simulators
import Site
import Testing

/// Devices of which a profile says everything, on adapters that are pulled.
@Suite(.serialized, .enabled(if: UsbWorld.isInstalled)) struct UsbDescribedTests {
    private static let boardLink = "tty:///dev/serial/by-id/usb-Arduino_LLC_Arduino_Uno_example-if00"

    @Test
    func `a board that cannot say who it is hears nothing until an operator has confirmed it, after each plugging`()
        async throws
    {
        let board = SimulatedArduinoRelayBoard(relays: [:])
        let other = SimulatedArduinoRelayBoard(relays: [:])
        let terminal = try await board.openPseudoTerminal().terminal
        let otherTerminal = try await other.openPseudoTerminal().terminal
        let lab = try await UsbSite("gas", link: Self.boardLink)
        try lab.usb.plug("ttyACM0", socket: 1, serial: UsbSite.adapter, terminal: terminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.report()["state"] == "locked")
        let first = try await lab.question()
        #expect(
            first.text.contains("cannot say") && first.text.contains("it is used for the first time"), "\(first.text)")
        let early = try lab.site.ask("device", "gas", "do", "energise")
        #expect(early.status == 69 && early.errors.contains("Nothing was sent"), "\(early.errors)")
        #expect(await board.received == [])
        try lab.answer(first.id, "yes")
        try await lab.waits(for: "ready")
        #expect(await board.received.contains("1_0"), "it is brought to rest")

        // A restart of the agent is no plugging.
        agent.process.terminate()
        _ = try agent.ended()
        let next = try lab.startAgent()
        try await next.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.report()["state"] == "ready")
        #expect(try lab.site.json("prompts").array?.isEmpty == true)

        try lab.usb.pull("ttyACM0")
        try lab.usb.plug("ttyACM0", socket: 1, serial: UsbSite.adapter, terminal: otherTerminal)
        try await next.waits(for: #""event":"device.locked""#)
        let second = try await lab.question()
        #expect(second.text.contains("it was plugged in again"), "\(second.text)")
        try lab.answer(second.id, "no")
        try await lab.waits(for: "unsafe")
        #expect(await other.received == [])

        try lab.usb.pull("ttyACM0")
        try lab.usb.plug("ttyACM1", socket: 2, serial: UsbSite.adapter, terminal: terminal)
        try await lab.waits(for: "locked")
        let third = try await lab.question()
        #expect(third.text.contains("it was moved from"), "\(third.text)")
        try lab.answer(third.id, "yes")
        try await lab.waits(for: "ready")
        #expect(await other.received == [])
        next.process.terminate()
        _ = try next.ended()
        await board.shutDown()
        await other.shutDown()
    }

    @Test func `a sensor that is pulled while it is polled is read again when it is back, without a word`() async throws
    {
        let link = "tty:///dev/serial/by-id/usb-monitor_example-if00"
        let lab = try await UsbSite("inside", link: link) { copy in
            try copy.change(
                "lab.yaml", "  gas: { profile",
                "  inside: { profile: lake-shore/218, link: \"\(link)\", channel: 2 }\n  gas: { profile")
        }
        let endpoint = try #require(
            lab.site.devices.output.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
                .first { $0["device"] == "inside" }?["endpoint"]?.string)
        let terminal = String(endpoint.dropFirst("tty://".count))
        try lab.usb.plug("ttyUSB0", socket: 1, serial: UsbSite.adapter, terminal: terminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        var last = try await Self.reading(of: lab.site, after: "")
        for (old, node, socket) in [("ttyUSB0", "ttyUSB0", 1), ("ttyUSB0", "ttyUSB1", 3), ("ttyUSB1", "ttyUSB1", 2)] {
            try lab.usb.pull(old)
            try await lab.waits(for: "absent")
            try lab.usb.plug(node, socket: socket, serial: UsbSite.adapter, terminal: terminal)
            try await lab.waits(for: "ready")
            last = try await Self.reading(of: lab.site, after: last)
        }
        #expect(try lab.site.json("prompts").array?.isEmpty == true)
        agent.process.terminate()
        _ = try agent.ended()
    }

    /// Waits for a reading that is younger than `moment`.
    ///
    /// - Returns: when it was read.
    private static func reading(of site: SimulatedSite, after moment: String) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let ended = try site.ask("readings", "inside", "--json")
            let reading = ended.status == 0 ? try JSONValue(parsing: ended.output).array?.first : nil
            if let time = reading?["time"]?.string, time > moment, reading?["error"]?.string == nil {
                #expect(reading?["value"]?.double == 26.5)
                return time
            }
            try #require(ContinuousClock.now < deadline, "\(ended.output)\(ended.errors)")
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
