import DeviceKit
import Links
import Protocols
import Simulators
import Testing
import Trials

@testable import DeviceDrivers

/// R19 and R20 of the drives' lines. maxon's serial protocols have a checksum. An slcan line has none: USB and the CAN bus behind
/// it have one each, so that bytes are lost or doubled on it but do not change.
@Suite(.serialized, .timeLimit(.minutes(60))) struct EposNoiseTests {
    private static let noises: [LinkFault] = [
        LinkFault(.drop(rate: 0.02)), LinkFault(.double(rate: 0.02)), LinkFault(.drop(rate: 0.02), .upstream),
        LinkFault(.double(rate: 0.02), .upstream), LinkFault(.garbage(.before, longest: 6, rate: 0.1)),
        LinkFault(.garbage(.inside, longest: 3, rate: 0.1)), LinkFault(.garbage(.after, longest: 6, rate: 0.1)),
        LinkFault(.slicer(averageSize: 2, sizeVariation: 1)),
    ]
    private static let flips: [LinkFault] = [
        LinkFault(.corrupt(rate: 0.02)), LinkFault(.corrupt(rate: 0.02), .upstream),
    ]

    private static func noises(_ wire: EposBench.Wire) -> [LinkFault] {
        Self.noises + (wire == .slcan ? [] : Self.flips)
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `noise is not taken for a position, and costs little after it`(_ wire: EposBench.Wire) async throws {
        let rounds = Trials.rounds("R19 drive over \(wire)", 80, soak: 20_000)
        var random = rounds.random
        let (bench, proxy) = try await EposBench.behindProxy(
            wire, speed: 50, isTrembling: false, patience: .little, seed: rounds.seed)
        await Self.becomesWell(bench, "\(rounds)")
        var (right, refused, wrong) = (0, 0, 0)
        for number in 0..<rounds.count {
            if number % 20 == 0 {
                try await proxy.set([])
                await Self.becomesWell(bench, "\(rounds), frame \(number)")
                try await proxy.set(Self.noises(wire).randomElement(using: &random).map { [$0] } ?? [])
            }
            let counter = -Int.random(in: 0...3_375_000, using: &random)
            await bench.model.restore(positionCounter: counter)
            do throws(DeviceError) {
                if try await bench.pump.positionCounter() == counter { right += 1 } else { wrong += 1 }
            } catch {
                #expect([.garbled, .timedOut, .refused].contains(error.code), "\(rounds): \(error)")
                refused += 1
            }
        }
        print("R19 drive over \(wire): \(right) right, \(refused) refused, \(wrong) wrong")
        #expect(wrong == 0 && right > rounds.count / 4, "\(rounds)")
        await proxy.shutDown()
        await bench.takeDown()
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a move under noise is what it is said to be`(_ wire: EposBench.Wire) async throws {
        let rounds = Trials.rounds("R19 moves over \(wire)", 4, soak: 500)
        var random = rounds.random
        let (bench, proxy) = try await EposBench.behindProxy(
            wire, speed: 50, isTrembling: false, patience: .little, seed: rounds.seed)
        await Self.becomesWell(bench, "\(rounds)")
        var codes: [DeviceError.Code?: Int] = [:]
        for number in 0..<rounds.count {
            let noise = Self.noises(wire).randomElement(using: &random) ?? Self.noises[0]
            let goal = Volume(Double.random(in: 1...9, using: &random), .millilitre)
            let told: Comment = "\(rounds), round \(number), \(noise)"
            try await proxy.set([noise])
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: goal, at: FlowRate(1, .millilitrePerSecond))
            }
            codes[error?.code, default: 0] += 1
            if let error {
                #expect(![.cancelled, .misconfigured, .unsafe].contains(error.code), "\(told): \(error)")
            } else {
                #expect(abs((await bench.model.state().fillLevel - goal).in(.millilitre)) < 0.002, told)
            }
            try await proxy.set([])
            await Self.becomesWell(bench, told)
        }
        print("R19 moves over \(wire): \(codes.map { "\($0.key.map { "\($0)" } ?? "done") \($0.value)" }.sorted())")
        await proxy.shutDown()
        await bench.takeDown()
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a late answer is never taken for another one`(_ wire: EposBench.Wire) async throws {
        let rounds = Trials.rounds("R20 drive over \(wire)", 10, soak: 2000)
        var random = rounds.random
        let (bench, proxy) = try await EposBench.behindProxy(
            wire, speed: 50, isTrembling: false, patience: .little, seed: rounds.seed)
        await Self.becomesWell(bench, "\(rounds)")
        var refused = 0
        for _ in 0..<rounds.count {
            let counter = -Int.random(in: 0...3_375_000, using: &random)
            await bench.model.restore(positionCounter: counter)
            try await proxy.set([
                LinkFault(.late(by: .milliseconds(Int.random(in: 70...120, using: &random)), rate: 0.4))
            ])
            do throws(DeviceError) {
                let read = try await bench.pump.positionCounter()
                #expect(read == counter, "\(rounds)")
            } catch {
                #expect(error.code == .timedOut || error.code == .garbled, "\(rounds): \(error)")
                refused += 1
            }
        }
        print("R20 drive over \(wire): \(refused) of \(rounds.count) refused")
        await proxy.shutDown()
        await bench.takeDown()
    }

    /// It comes after its time-out, and after the line was quiet for as long as is waited for.
    @Test func `an answer that comes after everything was waited for is not taken for the next one either`()
        async throws
    {
        let (bench, proxy) = try await EposBench.behindProxy(
            .slcan, speed: 50, isTrembling: false, patience: .little)
        let reading = ObjectAccess(device: "pump", node: 2, entry: EposObject.position)
        for counter in [-1000, -2000, -3000, -4000] {
            await bench.model.restore(positionCounter: counter)
            try await proxy.set([LinkFault(.late(by: .milliseconds(220)))])
            let late = await bench.error { () throws(DeviceError) in _ = try await bench.bus.perform(reading) }
            #expect(late?.code == .timedOut, "\(late as Any)")
            try await proxy.set([])
            await bench.model.restore(positionCounter: counter - 1)
            #expect(try await bench.pump.positionCounter() == counter - 1)
        }
        await proxy.shutDown()
        await bench.takeDown()
    }

    /// Without noise the plunger is brought to rest and read back.
    private static func becomesWell(_ bench: EposBench, _ told: Comment) async {
        var last: DeviceError?
        for _ in 0..<10 {
            do throws(DeviceError) {
                try await bench.pump.stop()
                let counter = try await bench.pump.positionCounter()
                #expect(counter == (await bench.model.state()).positionCounter, told)
                return
            } catch {
                last = error
            }
        }
        Issue.record("\(told): the line does not become well: \(last.map { "\($0)" } ?? "")")
    }
}
