import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Foundation
import Links
import Simulators
import Testing
import Trials

/// R19 and R22 of the relay board, whose answers are one digit that nothing protects: `reads: twice` in its profile.
@Suite(.serialized, .timeLimit(.minutes(60))) struct RelayNoiseTests {
    private static let noises: [LinkFault] = [
        LinkFault(.drop(rate: 0.1)), LinkFault(.double(rate: 0.1)), LinkFault(.corrupt(rate: 0.02)),
        LinkFault(.garbage(.before, longest: 6, rate: 0.1)), LinkFault(.garbage(.inside, longest: 6, rate: 0.1)),
        LinkFault(.garbage(.after, longest: 6, rate: 0.1)), LinkFault(.drop(rate: 0.03), .upstream),
        LinkFault(.corrupt(rate: 0.02), .upstream), LinkFault(.slicer(averageSize: 2, sizeVariation: 1)),
    ]

    @Test(arguments: [true, false])
    func `a digit that was damaged on its way is noticed by asking twice`(_ isAskedTwice: Bool) async throws {
        var profile = try ShippedProfile.load("arduino/relay-board")
        profile.link.text?.readsTwice = isAskedTwice
        profile.link.timing.betweenBytes = .milliseconds(20)
        let parameters: [String: StateValue] = ["channel": .number(AnyQuantity(1, .one))]
        let board = try #require(SimulatedTextLine([ProfiledModel(profile, parameters: parameters)]))
        let relay = ProfiledRelay(
            try TextDevice.make(profile, parameters: parameters, at: try await board.openPseudoTerminal()))
        #expect(try await relay.isEnergised() == false)
        var faults = SimulatedTextLine.Faults()
        faults.wrongAnswer = [UInt8(ascii: "1")]
        await board.set(faults: faults)
        if isAskedTwice {
            let error = await RelayBench.error { _ = try await relay.isEnergised() }
            #expect(
                error?.code == .garbled && error?.detail.contains("energised") == true, "\(String(describing: error))")
        } else {
            #expect(try await relay.isEnergised(), "without that rule it is believed")
        }
        #expect(try await relay.isEnergised() == false)
        await board.shutDown()
    }

    @Test func `noise is not taken for the state of a relay, and costs no request after it`() async throws {
        let rounds = Trials.rounds("R19 relay", 400, soak: 20_000)
        var random = rounds.random
        let line = try await Line(seed: rounds.seed)
        let bench = line.bench
        let relay = try bench.relay
        var (right, refused, wrong) = (0, 0, 0)
        for number in 0..<rounds.count {
            if number % 20 == 0 {
                // The state changes while no answer is on its way.
                try await line.proxy.set([])
                try await Self.becomesWell(relay, bench, "\(rounds), frame \(number)")
                await bench.valve.set(energised: Bool.random(using: &random))
                try await line.proxy.set(Self.noises.randomElement(using: &random).map { [$0] } ?? [])
            }
            do throws(DeviceError) {
                if try await relay.isEnergised() == bench.valve.isOn { right += 1 } else { wrong += 1 }
            } catch {
                #expect([.garbled, .timedOut, .refused].contains(error.code), "\(rounds): \(error)")
                refused += 1
            }
        }
        print("R19 relay: \(right) right, \(refused) refused, \(wrong) wrong")
        #expect(wrong == 0, "\(rounds)")
        #expect(right > rounds.count / 4 && refused > rounds.count / 100, "\(rounds): \(right), \(refused)")
        await line.close()
    }

    /// One request may meet what the noise has left behind in the board, half a command for example; the next may not. A
    /// busy machine may be later than the short time-out, which does not count.
    private static func becomesWell(
        _ relay: some Relay, _ bench: RelayBench, _ comment: Comment
    ) async throws {
        var lost = 0
        for _ in 0..<50 {
            do throws(DeviceError) {
                let isEnergised = try await relay.isEnergised()
                #expect(isEnergised == bench.valve.isOn, comment)
                return
            } catch {
                if error.code != .timedOut { lost += 1 }
                #expect(lost <= 1, "\(comment): \(error)")
            }
        }
        Issue.record("the line does not become well: \(comment)")
    }

    enum Trouble: CaseIterable { case none, stuck, mute, silent, late, noise }

    @Test func `a switched relay is where it is said to be, or its outcome is unknown`() async throws {
        let rounds = Trials.rounds("R22 relay", 60, soak: 2000)
        var random = rounds.random
        let line = try await Line(seed: rounds.seed)
        let (bench, relay) = (line.bench, try line.bench.relay)
        try await Self.becomesWell(relay, bench, "\(rounds)")
        var counts: [DeviceError.Code?: Int] = [:]
        for number in 0..<rounds.count {
            let trouble = Trouble.allCases.randomElement(using: &random) ?? .none
            let wanted = Bool.random(using: &random)
            let lateBy = Duration.milliseconds(Int.random(in: 20...90, using: &random))
            let noise = Self.noises.randomElement(using: &random).map { [$0] } ?? []
            try await line.proxy.set(trouble == .noise ? noise : [])
            await bench.fault { faults in
                faults.isStuck = trouble == .stuck
                faults.isMute = trouble == .mute
                faults.isSilent = trouble == .silent
                faults.lateBy = trouble == .late ? lateBy : nil
            }
            let before = bench.valve.isOn
            let error = await RelayBench.error { try await relay.set(energised: wanted) }
            counts[error?.code, default: 0] += 1
            let told = "\(rounds), round \(number): \(trouble), \(error.map { "\($0)" } ?? "done")"
            switch error?.code {
            case nil: #expect(bench.valve.isOn == wanted, "\(told)")
            case .mismatch?: #expect(bench.valve.isOn != wanted, "\(told)")
            case .refused?: #expect(bench.valve.isOn == before, "\(told)")
            case .unknownOutcome?: break  // Never false; a busy machine can be later than the short time-out.
            default: Issue.record("\(told)")
            }
            await bench.fault { $0 = .init() }
            try await line.proxy.set([])
            try await Self.becomesWell(relay, bench, "\(told)")
        }
        print("R22 relay: \(counts.map { "\($0.key.map { "\($0)" } ?? "done") \($0.value)" }.sorted())")
        #expect(counts[nil, default: 0] > 0 && counts[.mismatch, default: 0] > 0, "\(rounds)")
        await line.close()
    }

    /// A board behind a proxy.
    private struct Line {
        let bench: RelayBench
        let proxy: FaultProxy

        init(seed: UInt64) async throws {
            var proxy: FaultProxy?
            self.bench = try await RelayBench(
                boot: .milliseconds(1), firstByte: .milliseconds(40),
                through: { board in
                    let made = FaultProxy(to: board.transport(), seed: seed)
                    proxy = made
                    let name = "relay-\(UUID().uuidString.prefix(8))"
                    return try await made.openPseudoTerminal(
                        at: FileManager.default.temporaryDirectory.appending(path: name).path)
                },
                change: { $0.link.timing.betweenBytes = .milliseconds(5) })
            guard let proxy else { throw ChannelError.occupied }
            self.proxy = proxy
        }

        func close() async {
            await self.proxy.shutDown()
            await self.bench.close()
        }
    }
}
