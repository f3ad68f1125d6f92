import Foundation
import Protocols
import Site
import Testing

/// Plugs are pulled, put elsewhere and mixed up while the agent works.
@Suite(.serialized, .enabled(if: UsbWorld.isInstalled)) struct UsbPlugTests {
    @Test func `a device that is pulled in a measurement holds the lab, and is back by itself in another socket`()
        async throws
    {
        let lab = try await UsbSite()
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: lab.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.potentiostat()["node"] == "/dev/ttyUSB0")

        _ = try await lab.site.postRequest()
        try await agent.waits(for: #""title":"measure"#)
        try lab.usb.pull("ttyUSB0")
        try await agent.waits(for: #""event":"device.absent""#)
        try await agent.waits(for: #""event":"operator.asked""#)
        let pending = try lab.site.json("pending")["obstacle"]?.string
        #expect(pending?.isEmpty == false)
        #expect(try lab.potentiostat()["error"]?.string?.contains("serial number A10K1XYZ is not plugged in") == true)
        // The next one to come gets its old name.
        try lab.usb.plug("ttyUSB0", socket: 2, serial: "STRANGER", terminal: lab.otherTerminal)
        try lab.usb.plug("ttyUSB1", socket: 3, serial: UsbSite.adapter, terminal: lab.rightTerminal)
        try await lab.waits(for: "ready")
        #expect(try lab.potentiostat()["node"] == "/dev/ttyUSB1")
        #expect(await lab.heardByOther == [])
        agent.process.terminate()
        _ = try agent.ended()
        await lab.close()
    }

    @Test func `another instrument on the same adapter gets no command before an operator has said yes`() async throws {
        let lab = try await UsbSite()
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: lab.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        try lab.usb.pull("ttyUSB0")
        try lab.usb.plug("ttyUSB0", socket: 4, serial: UsbSite.adapter, terminal: lab.otherTerminal)
        try await agent.waits(for: #""event":"device.unsafe""#)
        #expect(try lab.site.json("pending")["obstacle"]?.string?.contains("potentiostat is unsafe") == true)
        let heard = await lab.heardByOther
        #expect(heard.allSatisfy(Self.isIdentification), "\(heard)")

        let prompts = try await self.prompts(of: lab)
        let prompt = try #require(prompts.first)
        #expect(prompt["text"]?.string?.contains("ES4LR20B0008 belongs here") == true)
        let id = try #require(prompt["id"]?.string)
        #expect(try lab.site.ask("prompts", "answer", id, "yes", "--by", "tester").status == 0)
        try await lab.waits(for: "ready")
        #expect(await !lab.heardByOther.allSatisfy(Self.isIdentification))
        // The word holds over a restart.
        agent.process.terminate()
        _ = try agent.ended()
        let next = try lab.startAgent()
        try await next.waits(for: #""event":"broker.reachable""#)
        #expect(try lab.potentiostat()["state"] == "ready")
        next.process.terminate()
        _ = try next.ended()
        await lab.close()
    }

    @Test func `however plugs bounce, another instrument never gets a command, and the right one is found again`()
        async throws
    {
        let environment = ProcessInfo.processInfo.environment
        let bounces = environment["USB_BOUNCES"].flatMap { Int($0) } ?? 40
        let seed = environment["USB_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...1_000_000)
        print("USB_SEED=\(seed) USB_BOUNCES=\(bounces)")
        var random = Draws(seed)
        let lab = try await UsbSite()
        try lab.usb.plug("ttyUSB0", socket: 1, serial: UsbSite.adapter, terminal: lab.rightTerminal)
        let agent = try lab.startAgent()
        try await agent.waits(for: #""event":"broker.reachable""#)
        var node = "ttyUSB0"
        for _ in 0..<bounces {
            if random.next(below: 5) == 0 { try lab.usb.lose(node) } else { try lab.usb.pull(node) }
            node = "ttyUSB\(random.next(below: 3))"
            let isOther = random.next(below: 3) == 0
            try lab.usb.plug(
                node, socket: 1 + random.next(below: 4), serial: UsbSite.adapter,
                terminal: isOther ? lab.otherTerminal : lab.rightTerminal)
            try await Task.sleep(for: .milliseconds(random.next(below: 200)))
        }
        try lab.usb.pull(node)
        var waits: [Duration] = []
        for bounce in 0..<max(5, bounces / 10) {
            try await lab.waits(for: "absent", of: agent)
            let begin = ContinuousClock.now
            try lab.usb.plug("ttyUSB\(bounce)", socket: 1, serial: UsbSite.adapter, terminal: lab.rightTerminal)
            try await lab.waits(for: "ready", of: agent)
            waits.append(.now - begin)
            try lab.usb.pull("ttyUSB\(bounce)")
        }
        waits.sort()
        print("ready after \(waits[waits.count / 2]) (median), \(waits[waits.count - 1]) (longest of \(waits.count))")
        let heard = await lab.heardByOther
        #expect(heard.allSatisfy(Self.isIdentification), "\(heard)")
        agent.process.terminate()
        _ = try agent.ended()
        await lab.close()
    }

    /// Questions about who somebody is, behind the abort with which each conversation on a new line begins. Everything
    /// else measures or switches something.
    private static func isIdentification(_ line: String) -> Bool { ["", "Z", "t", "i"].contains(line) }

    /// The question is durable a moment after the state is told.
    private func prompts(of lab: UsbSite) async throws -> [JSONValue] {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            let prompts = try lab.site.json("prompts").array ?? []
            if !prompts.isEmpty { return prompts }
            try await Task.sleep(for: .milliseconds(20))
        }
        return []
    }
}

/// A small generator, so that a seed means the same everywhere.
private struct Draws {
    private var state: UInt64

    init(_ seed: UInt64) { self.state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next(below limit: Int) -> Int {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return Int((self.state >> 11) % UInt64(limit))
    }
}
