import DeviceKit
import Simulators
import Testing
import Trials

@testable import DeviceDrivers

/// R22: devices that say done without having moved, or move without saying so. What the driver reports must be so.
@Suite(.serialized, .timeLimit(.minutes(60))) struct SiLALyingTests {
    enum Trouble: CaseIterable { case none, lies, blocked, mute, vanishes }

    /// One round, drawn before any is run, so that rounds can be run side by side.
    struct Round: Sendable {
        var number: Int
        var trouble: Trouble
        /// Of a plunger, mL.
        var goal: Double
        var blockage: Double
        /// Of a valve.
        var port: Int
        /// Lab time after the command.
        var moment: Duration

        init(_ number: Int, of troubles: [Trouble], within period: Int, _ random: inout SeededGenerator) {
            self.number = number
            self.trouble = troubles.randomElement(using: &random) ?? .none
            self.goal = .random(in: 0.2...9.5, using: &random)
            self.blockage = .random(in: 0.5...4.5, using: &random)
            self.port = .random(in: 2...10, using: &random)
            self.moment = .milliseconds(Int.random(in: 0...period, using: &random))
        }
    }

    private static let speed = 50.0

    @Test func `a pump is believed only where its plunger stands`() async throws {
        let rounds = Trials.rounds("R22 SiLA pump", 16, soak: 1000)
        let outcomes = try await Self.run(rounds, of: Trouble.allCases, within: 4000) { round in
            try await Self.movePump(round, "\(rounds), round \(round)")
        }
        print("R22 SiLA pump: \(outcomes)")
    }

    private static func movePump(_ round: Round, _ told: Comment) async throws -> DeviceError.Code? {
        let bench = try await SiLABench(speed: Self.speed, margin: .seconds(2))
        _ = try await bench.pump.status()
        if round.trouble == .lies { await bench.server.change { $0.liesAboutDoses = true } }
        if round.trouble == .blocked { await bench.model.block(below: Volume(round.blockage, .millilitre)) }
        async let mishap: Void = Self.befall(bench.server, round, bench.clock)
        let goal = Volume(round.goal, .millilitre)
        let outcome = await Self.outcome { () async throws(DeviceError) in
            try await bench.pump.move(toFillLevel: goal, at: FlowRate(1, .millilitrePerSecond))
        }
        await mishap
        let level = await bench.model.state().fillLevel
        switch outcome {
        case nil: #expect((level - goal).magnitude < Volume(20, .microlitre), told)
        case .absent?, .timedOut?, .refused?, .unsafe?, .misconfigured?:
            #expect(await bench.model.motions == 0, "\(told): \(String(describing: outcome))")
        case .mismatch?, .unknownOutcome?, .faulted?: #expect(round.trouble != .none, told)
        case let code?: Issue.record("\(told): \(code)")
        }
        await bench.server.change { $0.isSilent = false }
        await bench.takeDown()
        return outcome
    }

    @Test func `a valve is believed only where its rotor stands`() async throws {
        let rounds = Trials.rounds("R22 SiLA valve", 12, soak: 1000)
        let outcomes = try await Self.run(rounds, of: Trouble.allCases.filter { $0 != .blocked }, within: 600) {
            round in
            try await Self.turnValve(round, "\(rounds), round \(round)")
        }
        print("R22 SiLA valve: \(outcomes)")
    }

    private static func turnValve(_ round: Round, _ told: Comment) async throws -> DeviceError.Code? {
        let clock = LabClock(speed: Self.speed)
        let model = AnalyticValve(clock: clock)
        let server = SimulatedSiLAServer(name: "QmixV 1 Valve", valves: [model], clock: clock)
        let connection = try SiLAConnection(
            device: "valve-1",
            endpoint: SiLAEndpoint(host: "127.0.0.1", port: try await server.start(), security: .plaintext))
        let valve = SiLARotaryValve(
            name: "valve-1", connection: connection, positionCount: 10, clock: clock, serverName: "QmixV 1 Valve")
        _ = try await valve.position()
        if round.trouble == .lies { await server.change { $0.ignoresTurns = true } }
        async let mishap: Void = Self.befall(server, round, clock)
        let outcome = await Self.outcome { () async throws(DeviceError) in try await valve.turn(to: round.port) }
        await mishap
        switch outcome {
        case nil: #expect(await model.position() == round.port, told)
        case .absent?, .timedOut?, .refused?, .unsafe?, .misconfigured?:
            #expect(await model.position() == 1, "\(told): \(String(describing: outcome))")
        case .mismatch?, .unknownOutcome?, .faulted?: #expect(round.trouble != .none, told)
        case let code?: Issue.record("\(told): \(code)")
        }
        await server.change { $0.isSilent = false }
        connection.close()
        await server.stop()
        return outcome
    }

    private static func befall(_ server: SimulatedSiLAServer, _ round: Round, _ clock: LabClock) async {
        try? await clock.sleep(for: round.moment)
        if round.trouble == .mute { await server.change { $0.isSilent = true } }
        if round.trouble == .vanishes { await server.stop() }
    }

    private static func outcome(_ body: () async throws(DeviceError) -> some Any) async -> DeviceError.Code? {
        do throws(DeviceError) {
            _ = try await body()
            return nil
        } catch {
            return error.code
        }
    }

    /// Eight rounds at a time, since most of their time is waiting.
    ///
    /// - Parameter period: within so much lab time after the command, in ms, comes what comes late.
    /// - Returns: how often each trouble came to what.
    private static func run(
        _ rounds: Rounds, of troubles: [Trouble], within period: Int,
        _ body: @escaping @Sendable (Round) async throws -> DeviceError.Code?
    ) async throws -> [String] {
        var random = rounds.random
        let drawn = (0..<rounds.count).map { Round($0, of: troubles, within: period, &random) }
        var counts: [String: Int] = [:]
        try await withThrowingTaskGroup(of: String.self) { group in
            for round in drawn {
                if round.number >= 8, let word = try await group.next() { counts[word, default: 0] += 1 }
                group.addTask {
                    let outcome = try await body(round)
                    return "\(round.trouble): \(outcome.map { "\($0)" } ?? "done")"
                }
            }
            for try await word in group { counts[word, default: 0] += 1 }
        }
        return counts.map { "\($0.key) \($0.value)" }.sorted()
    }
}
