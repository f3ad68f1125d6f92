import Foundation
import Protocols
import Site
import Testing

/// A simulated site one of whose devices hangs on a USB adapter that can be pulled; what hangs there is the test's.
final class UsbSite {
    static let adapter = "A10K1XYZ"

    let site: SimulatedSite
    let usb: UsbWorld
    let device: String

    /// - Parameters:
    ///   - device: its name in the lab.
    ///   - link: as the example lab's description says it.
    ///   - change: makes the lab another one than the example, before the link is replaced.
    init(
        _ device: String, link: String, change: (LabCopy) throws -> Void = { _ in }
    ) async throws {
        self.device = device
        self.site = try await SimulatedSite(change: change)
        self.usb = try UsbWorld()
        try self.site.lab.change("lab.yaml", #""\#(link)""#, "{ usb: { serial: \(Self.adapter) } }")
        let links = try String(contentsOfFile: self.site.links, encoding: .utf8)
        try links.split(separator: "\n").filter { !$0.contains(#""\#(device)""#) }.joined(separator: "\n")
            .write(toFile: self.site.links, atomically: true, encoding: .utf8)
    }

    func startAgent() throws -> EdgeAgentProgram.Started { try self.site.startAgent(environment: self.usb.environment) }

    /// How the agent says the device stands.
    func report() throws -> JSONValue {
        try #require(
            JSONValue(parsing: self.site.ask("devices", "--json").output).array?.first {
                $0["device"] == .string(self.device)
            })
    }

    /// Waits until the agent tells, after what it had told by `offset`, that the device is so.
    func waits(
        for event: String, of agent: EdgeAgentProgram.Started, since offset: inout UInt64,
        atMost limit: Duration = .seconds(30)
    ) async throws {
        let deadline = ContinuousClock.now + limit
        var told = ""
        while true {
            told += try agent.output(since: &offset)
            let last = told.split(separator: "\n").last {
                $0.contains(#""device":"\#(self.device)""#) && $0.contains(#""event":"device."#)
            }
            if last?.contains(#""event":"device.\#(event)""#) == true { return }
            try #require(ContinuousClock.now < deadline, "not \(event): \(last ?? "")")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Waits until the device stands so.
    func waits(for state: String, atMost limit: Duration = .seconds(30)) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let now = try self.report()
            if now["state"] == .string(state) { return }
            try #require(ContinuousClock.now < deadline, "it is not \(state) but \(now.text())")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The question that waits; it is durable a moment after the state is told.
    func question() async throws -> (id: String, text: String) {
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
            let prompt = try self.site.json("prompts").array?.first
            if let id = prompt?["id"]?.string, let text = prompt?["text"]?.string { return (id, text) }
            try #require(ContinuousClock.now < deadline, "nothing is asked")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    func answer(_ prompt: String, _ word: String) throws {
        let ended = try self.site.ask("prompts", "answer", prompt, word, "--by", "tester")
        #expect(ended.status == 0, "\(ended.errors)")
    }
}
