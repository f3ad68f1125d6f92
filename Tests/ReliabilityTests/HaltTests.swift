import DeviceKit
import Foundation
import Protocols
import Simulators
import Site
import Store
import Testing
import Trials

/// R23 with the whole agent: everything is halted at a random time while the lab works.
@Suite(.serialized) struct HaltTests {
    @Test func `a halt at any time brings the lab to rest, and is in the journal`() async throws {
        let count = Experiment.count(3, soak: 200)
        let seed = Experiment.seed
        var dice = Dice(seed: seed)
        var campaign = try await Campaign(seed: seed)
        let site = campaign.site
        try await campaign.post(3, using: &dice)
        var (commands, rests): ([Duration], [Duration]) = ([], [])
        var ended = 0
        try await campaign.live(signal: SIGTERM) { agent in
            try await agent.waits(for: "broker.reachable")
            for number in 0..<count {
                let told: Comment = "seed \(seed), halt \(number)"
                try await Task.sleep(for: dice.duration(0.2...2))
                let pressed = Self.now
                let report = try #require(try await site.tries("halt", "--by", "tester"), told)
                let returned = Self.now
                #expect(report["failures"]?.array == [], told)
                // Time for whatever was not stopped: 75 s of the lab's.
                try await Task.sleep(for: .milliseconds(300))
                let events = try Evidence.events(inFile: site.events)
                let late = events.filter { $0.time > returned && $0.isMotion }
                #expect(late.isEmpty, "\(told): \(late)")
                commands.append(.seconds(returned - pressed))
                if let last = events.last(where: { $0.time > pressed && $0.isMotion }) {
                    rests.append(.seconds(last.time - pressed))
                }
                if let run = report["run"]?.string {
                    ended += 1
                    let state = try await site.tries("runs", "show", run)?["run"]?["state"]?.string
                    #expect(state != nil && state != "checking" && state != "running", "\(told): \(state ?? "none")")
                }
                #expect(try await site.tries("halt", "--release", "--by", "tester") != nil, told)
            }
        }
        try await Self.expect(count, haltsIn: site.lab.state, "seed \(seed)")
        try await campaign.finish()
        let verdict = try await campaign.verdict()
        #expect(verdict.faults == [], "seed \(seed)")
        Experiment.tell(
            """
            R23: \(count) halts, seed \(seed), \(ended) of them ended a run; the command took \(commands.quantiles), start of \
            the program included; after it was given the last plunger, rotor or gas valve came to rest within \(rests.quantiles)
            """)
    }

    /// The state directory is free again afterwards.
    private static func expect(_ count: Int, haltsIn directory: String, _ told: Comment) async throws {
        let journal = try Journal(in: StateDirectory(path: directory))
        let acts = try await journal.auditEntries(limit: 10_000).filter { $0.person == "tester" }.map(\.act)
        #expect(acts.count { $0 == "halt" } == count, "\(told): \(acts)")
        #expect(try await journal.verifyAudit().isSound, told)
        try await journal.close()
    }

    /// The machine's clock since boot, in seconds.
    private static var now: Double { Double(Moment.now().monotonic) * 1e-6 }
}

extension Evidence.Event {
    /// Whether something moved, or may flow from now on.
    fileprivate var isMotion: Bool {
        switch self.occurrence {
        case .pumpMoved(_, let from, let to): (from - to).magnitude > Oracle.tolerance
        case .valveTurned, .relaySwitched(_, energised: true): true
        default: false
        }
    }
}
