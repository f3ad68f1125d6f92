import Foundation
import Protocols
import Simulators
import Site
import Testing
import Trials

/// Plugs are pulled, put elsewhere and mixed up while the agent works.
@Suite(.serialized, .enabled(if: UsbWorld.isInstalled)) struct UsbPlugTests {
    @Test func `a device that is pulled in a measurement holds the lab, and is back by itself in another socket`()
        async throws
    {
        let plugs = try await TwoPotentiostats()
        let lab = try await UsbSite("potentiostat", link: TwoPotentiostats.link)
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: plugs.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.report()["node"] == "/dev/ttyUSB0")

        _ = try await lab.site.postRequest()
        try await agent.waits(for: #""title":"measure"#)
        try lab.usb.pull("ttyUSB0")
        try await agent.waits(for: #""event":"device.absent""#)
        try await agent.waits(for: #""event":"operator.asked""#)
        let pending = try lab.site.json("pending")["obstacle"]?.string
        #expect(pending?.isEmpty == false)
        #expect(try lab.report()["error"]?.string?.contains("serial number A10K1XYZ is not plugged in") == true)
        // The next one to come gets its old name.
        try lab.usb.plug("ttyUSB0", socket: 2, serial: "STRANGER", terminal: plugs.otherTerminal)
        try lab.usb.plug("ttyUSB1", socket: 3, serial: UsbSite.adapter, terminal: plugs.rightTerminal)
        try await lab.waits(for: "ready")
        #expect(try lab.report()["node"] == "/dev/ttyUSB1")
        #expect(await plugs.other.received == [])
        agent.process.terminate()
        _ = try agent.ended()
        await plugs.close()
    }

    @Test func `another instrument on the same adapter gets no command before an operator has said yes`() async throws {
        let plugs = try await TwoPotentiostats()
        let lab = try await UsbSite("potentiostat", link: TwoPotentiostats.link)
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: plugs.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        try lab.usb.pull("ttyUSB0")
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: plugs.otherTerminal)
        try await agent.waits(for: #""event":"device.unsafe""#)
        #expect(try lab.site.json("pending")["obstacle"]?.string?.contains("potentiostat is unsafe") == true)
        #expect(await plugs.commandsToOther == [])

        let question = try await lab.question()
        #expect(question.text.contains("ES4LR20B0008 belongs here"))
        try lab.answer(question.id, "yes")
        try await lab.waits(for: "ready")
        #expect(await plugs.commandsToOther != [])
        // The word holds over a restart.
        agent.process.terminate()
        _ = try agent.ended()
        let next = try lab.startAgent()
        try await next.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.report()["state"] == "ready")
        next.process.terminate()
        _ = try next.ended()
        await plugs.close()
    }

    /// R18. `N=500 SEED=7` says how often and how; the figures are printed.
    @Test func `however plugs bounce, another instrument never gets a command, and the right one is found again`()
        async throws
    {
        let seeds = Trials.seeds("R18, unplugs", 20, soak: 500)
        var random = SeededGenerator(seed: try #require(seeds.first))
        let plugs = try await TwoPotentiostats()
        let lab = try await UsbSite("potentiostat", link: TwoPotentiostats.link)
        try lab.usb.plug("ttyUSB0", socket: 1, serial: UsbSite.adapter, terminal: plugs.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        var offset: UInt64 = 0
        _ = try agent.output(since: &offset)
        var node = "ttyUSB0"
        var waits: [Duration] = []
        var strangers = 0
        for _ in seeds {
            // The event of one in ten gets lost.
            try Int.random(in: 0..<10, using: &random) == 0 ? lab.usb.lose(node) : lab.usb.pull(node)
            // Another instrument, or the right one, hangs there for a moment.
            for _ in 0..<Int.random(in: 0..<3, using: &random) {
                let isOther = Int.random(in: 0..<3, using: &random) > 0
                strangers += isOther ? 1 : 0
                node = "ttyUSB\(Int.random(in: 0..<3, using: &random))"
                try lab.usb.plug(
                    node, socket: Int.random(in: 1...4, using: &random), serial: UsbSite.adapter,
                    terminal: isOther ? plugs.otherTerminal : plugs.rightTerminal)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<300, using: &random)))
                try lab.usb.pull(node)
            }
            node = "ttyUSB\(Int.random(in: 0..<3, using: &random))"
            _ = try agent.output(since: &offset)
            let begin = ContinuousClock.now
            try lab.usb.plug(
                node, socket: Int.random(in: 1...4, using: &random), serial: UsbSite.adapter,
                terminal: plugs.rightTerminal)
            try await lab.waits(for: "ready", of: agent, since: &offset)
            waits.append(.now - begin)
        }
        waits.sort()
        let commands = await plugs.commandsToOther
        let rare = waits[min(waits.count - 1, waits.count * 99 / 100)]
        print(
            "\(waits.count) unplugs, \(strangers) times another instrument in between: ready again after "
                + "p50 \(waits[waits.count / 2]), p99 \(rare), longest \(waits[waits.count - 1]); "
                + "commands to the wrong instrument: \(commands.count)")
        #expect(commands == [], "seed \(seeds[0])")
        agent.process.terminate()
        _ = try agent.ended()
        await plugs.close()
    }
}
