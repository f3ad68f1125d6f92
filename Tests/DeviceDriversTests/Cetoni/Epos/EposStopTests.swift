import DeviceDrivers
import DeviceKit
import Links
import Protocols
import Simulators
import Testing
import Trials

/// R23 of the drives' lines: a stop at a random time while pumps move. The order on the wire is expected; the times to it are
/// printed.
@Suite(.serialized, .timeLimit(.minutes(60))) struct EposStopTests {
    @Test(arguments: EposBench.Wire.allCases)
    func `pumps on one line are all at rest after a stop, and their moves say so`(_ wire: EposBench.Wire) async throws {
        let rounds = Trials.rounds("R23 drives over \(wire)", 12, soak: 500)
        var random = rounds.random
        let bench = try await EposBench(wire, count: 4, speed: 4)
        var latencies: [Duration] = []
        for number in 0..<rounds.count {
            let told: Comment = "\(rounds), round \(number)"
            let goal = Volume(number.isMultiple(of: 2) ? 9.5 : 0.5, .millilitre)
            let moves = bench.pumps.map { pump in
                Task {
                    await bench.error { () throws(DeviceError) in
                        _ = try await pump.move(toFillLevel: goal, at: FlowRate(0.1, .millilitrePerSecond))
                    }
                }
            }
            for index in bench.pumps.indices { try await bench.waitForMotion(of: index) }
            try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
            bench.sent.forget()
            let pressed = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for pump in bench.pumps { group.addTask { try await pump.stop() } }
                try await group.waitForAll()
            }
            for (model, move) in zip(bench.models, moves) {
                let error = await move.value
                #expect(error?.code == .cancelled, "\(told): \(String(describing: error))")
                #expect(await !model.state().isMoving, told)
            }
            let halts = bench.sent.all.filter { EposLineTests.isHalt($0.bytes, wire) }.prefix(4)
            let last = try #require(halts.last, told)
            latencies.append(last.at - pressed)
            // On a CAN bus the halts go out first of all; on a serial line a message is let end.
            let others = bench.sent.all.count { $0.at < last.at && !EposLineTests.isHalt($0.bytes, wire) }
            #expect(
                halts.count == 4 && others <= (wire == .v1 ? 32 : 8), "\(told): \(others) others before the last halt")
        }
        await bench.takeDown()
        print("R23: last of 4 drives over \(wire), to the wire: \(latencies.quantiles)")
    }

    /// A line out of step has to be quiet for 600 ms before it is trusted again; a halt does not wait for that.
    @Test(arguments: [EposBench.Wire.v1, .v2], [true, false])
    func `a halt goes out while a line that is out of step is waited for`(
        _ wire: EposBench.Wire, _ isDraining: Bool
    ) async throws {
        try await EposBench.with(wire, count: 2, speed: 1) { bench in
            for pump in bench.pumps { _ = try await pump.status() }
            let moving = Task {
                await bench.error { () throws(DeviceError) in
                    _ = try await bench.pumps[0].move(toFillLevel: .zero, at: FlowRate(0.1, .millilitrePerSecond))
                }
            }
            try await bench.waitForMotion()
            var faults = EposLineFaults()
            faults.spoilsNext = true
            await bench.serial?.set(faults: faults)
            // Whoever gets the spoilt answer, or comes next, waits for the line.
            let asking = Task { try? await bench.pumps[1].positionCounter() }
            let deadline = ContinuousClock.now + .seconds(2)
            while !bench.isDirty(), ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(1)) }
            if isDraining { try await Task.sleep(for: .milliseconds(100)) }
            bench.sent.forget()
            let pressed = ContinuousClock.now
            try await bench.pumps[0].stop()
            let sent = bench.sent.all
            let place = try #require(sent.firstIndex { EposLineTests.isHalt($0.bytes, wire) })
            #expect(place <= 1, "\(sent.prefix(place).map(\.bytes))")
            print("R23: halt on a line out of step over \(wire): \(sent[place].at - pressed)")
            #expect(await moving.value?.code == .cancelled)
            #expect(await !bench.model.state().isMoving)
            #expect(await asking.value != nil)
        }
    }

    /// Nobody has told them yet when the line goes out of step under them: an answer is missing, and does not come within 400 ms.
    @Test(arguments: [EposBench.Wire.v1, .v2])
    func `all halts that wait are on a line out of step before it is waited for, and are understood`(
        _ wire: EposBench.Wire
    ) async throws {
        try await EposBench.with(wire, count: 4, speed: 1) { bench in
            for pump in bench.pumps { _ = try await pump.positionCounter() }
            var faults = EposLineFaults()
            faults.lateBy = .milliseconds(450)
            await bench.serial?.set(faults: faults)
            bench.sent.forget()
            let asking = Task { try? await bench.pumps[1].positionCounter() }
            let deadline = ContinuousClock.now + .seconds(2)
            // A V1 drive is asked, told what, and told that it may answer.
            while bench.sent.all.count < (wire == .v1 ? 3 : 1), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            bench.sent.forget()
            let before = await bench.serial?.received.count ?? 0
            await withTaskGroup(of: DeviceError?.self) { group in
                for pump in bench.pumps {
                    group.addTask { await bench.error { () throws(DeviceError) in try await pump.stop() } }
                }
                for await error in group { #expect(error == nil, "\(error as Any)") }
            }
            let nodes = bench.sent.all.map(\.bytes).filter { !$0.allSatisfy { $0 == EposV1Message.okay } }
                .map { EposLineTests.haltedNode($0, wire) }
            // Nothing but halts, until everybody was told.
            let first = nodes.prefix(while: { $0 != nil }).compactMap(\.self)
            #expect(Set(first) == [2, 3, 4, 5], "\(nodes.prefix(12))")
            let heard = await bench.serial?.received.dropFirst(before) ?? []
            // Behind what was asked before.
            let understood = heard.drop { $0 == .read(EposObject.position.address, node: 3) }.prefix(4)
            let halts = (2...5).map { EposRequest.write(EposObject.controlword.address, 0x010F, node: $0) }
            #expect(Set(understood) == Set(halts), "\(heard.prefix(8))")
            #expect(await asking.value != nil)
        }
    }
}
