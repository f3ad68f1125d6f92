import DeviceDrivers
import DeviceKit
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SiLASyringePumpTests {
    let flow = FlowRate(0.5, .millilitrePerSecond)

    @Test func `a move ends with the fill level read back`() async throws {
        try await SiLABench.with { bench in
            for goal in [4.5, 0, 9.9, 9.9, 2] {
                let level = try await bench.pump.move(toFillLevel: Volume(goal, .millilitre), at: self.flow)
                #expect(abs(level.in(.millilitre) - goal) < 0.01)
                let truth = await bench.model.state().fillLevel
                #expect(abs(truth.in(.millilitre) - goal) < 1e-6)
            }
            #expect(await bench.model.motions == 4)
            let status = try await bench.pump.status()
            #expect(status.isEnabled && !status.isFaulted && status.isReferenced)
            #expect(abs(status.fillLevel.in(.millilitre) - 2) < 0.01)
        }
    }

    @Test func `the server tells who it is`() async throws {
        try await SiLABench.with { bench in
            let identity = try await bench.pump.identify()
            #expect(identity.model == SiLABench.serverName)
            #expect(identity.serialNumber == bench.server.uuid)
            #expect(abs(bench.pump.capacity.in(.millilitre) - 9.999983) < 1e-6)
        }
    }

    @Test func `levels and flows out of range are refused before anything is sent`() async throws {
        try await SiLABench.with { bench in
            for (level, flow) in [(10.1, 0.5), (-0.1, 0.5), (4, 1.2), (4, 0), (4, -0.5), (.nan, 0.5), (4, .infinity)] {
                let code = await bench.code { () throws(DeviceError) in
                    _ = try await bench.pump.move(
                        toFillLevel: Volume(level, .millilitre), at: FlowRate(flow, .millilitrePerSecond))
                }
                #expect(code == .unsafe, "\(level) mL at \(flow) mL/s")
            }
            #expect(await bench.model.motions == 0)
        }
    }

    @Test func `the fastest flow of the syringe is allowed`() async throws {
        try await SiLABench.with { bench in
            _ = try await bench.pump.move(toFillLevel: bench.pump.capacity, at: bench.pump.flowRange.upperBound)
            #expect(await bench.model.state().fillLevel >= bench.pump.capacity * 0.99999)
        }
    }

    @Test func `overload is a fault, and the plunger is left at rest`() async throws {
        try await SiLABench.with { bench in
            await bench.model.block(below: Volume(4, .millilitre))
            let code = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(code == .faulted)
            #expect(try await bench.pump.status().isFaulted)
            #expect(await bench.model.state().fillLevel == Volume(4, .millilitre))

            let again = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(again == .faulted)
            #expect(await bench.model.motions == 1)

            await bench.model.block(below: nil)
            try await bench.pump.clearFault()
            let level = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 1) < 0.01)
        }
    }

    @Test(arguments: [SiLABehaviour.Generation.v1_8, .v1_10])
    func `a disabled drive is not moved`(_ generation: SiLABehaviour.Generation) async throws {
        try await SiLABench.with(generation: generation) { bench in
            _ = try await bench.pump.status()
            await bench.model.disable()
            // Whether the driver knows it yet or the server has to say so, it is a refusal.
            let code = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(code == .refused)
            #expect(await bench.model.motions == 0)
            try await bench.pump.clearFault()
            _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
        }
    }

    @Test func `stop halts a move that is under way`() async throws {
        try await SiLABench.with(speed: 5) { bench in
            async let code = bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
            }
            try await bench.waitForMotion()
            try await bench.pump.stop()
            let state = await bench.model.state()
            #expect(!state.isMoving)
            #expect(state.fillLevel > Volume(4, .millilitre))
            let ended = await code
            #expect(ended == .cancelled)
        }
    }

    @Test func `a stop in the pause before a motion is not lost`() async throws {
        // The server pauses for 250 ms of lab time before each dose and forgets a stop that comes then.
        try await SiLABench.with(speed: 1) { bench in
            _ = try await bench.pump.status()
            async let code = bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
            }
            try await Task.sleep(for: .milliseconds(60))
            #expect(await bench.model.motions == 0)
            try await bench.pump.stop()
            let state = await bench.model.state()
            #expect(!state.isMoving)
            #expect(state.fillLevel > Volume(4.5, .millilitre))
            let ended = await code
            #expect(ended == .cancelled)
        }
    }

    @Test func `stop turns away the moves that wait`() async throws {
        try await SiLABench.with(speed: 5) { bench in
            async let first = bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
            }
            try await bench.waitForMotion()
            async let second = bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(9, .millilitre), at: self.flow)
            }
            try await Task.sleep(for: .milliseconds(20))
            try await bench.pump.stop()
            #expect(await first == .cancelled)
            #expect(await second == .cancelled)
            #expect(await bench.model.motions == 1)
        }
    }

    @Test func `stop is safe at rest and to repeat`() async throws {
        try await SiLABench.with { bench in
            try await bench.pump.stop()
            _ = try await bench.pump.status()
            try await bench.pump.stop()
            try await bench.pump.stop()
        }
    }

    @Test func `cancelling the task stops the plunger before it throws`() async throws {
        try await SiLABench.with(speed: 5) { bench in
            let move = Task {
                await bench.code { () throws(DeviceError) in
                    _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
                }
            }
            try await bench.waitForMotion()
            move.cancel()
            #expect(await move.value == .cancelled)
            let state = await bench.model.state()
            #expect(!state.isMoving)
            #expect(state.fillLevel > Volume(4, .millilitre))
        }
    }

    @Test func `moves of one pump are done one after the other`() async throws {
        try await SiLABench.with { bench in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for goal in [1.0, 8, 3, 6] {
                    group.addTask {
                        let level = try await bench.pump.move(toFillLevel: Volume(goal, .millilitre), at: self.flow)
                        #expect(abs(level.in(.millilitre) - goal) < 0.01)
                    }
                }
                try await group.waitForAll()
            }
            #expect(await bench.model.motions == 4)
        }
    }

    @Test func `finished without having moved is a mismatch`() async throws {
        try await SiLABench.with { bench in
            await bench.server.change { $0.liesAboutDoses = true }
            let code = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(code == .mismatch)
        }
    }

    @Test func `a server with another name is not used`() async throws {
        try await SiLABench.with(serverName: "neMESYS Low Pressure 2 Pump") { bench in
            let code = await bench.code { () throws(DeviceError) in _ = try await bench.pump.status() }
            #expect(code == .misconfigured)
        }
    }

    @Test func `a server that is away is absent, and used again once it is back`() async throws {
        try await SiLABench.with { bench in
            let free = bench.port
            await bench.server.stop()
            let started = ContinuousClock.now
            let code = await bench.code { () throws(DeviceError) in _ = try await bench.pump.status() }
            #expect(code == .absent)
            #expect(started.duration(to: .now) < .seconds(4))

            let again = SimulatedSiLAServer(
                name: SiLABench.serverName, pump: bench.model, clock: bench.clock, port: free)
            try await again.start()
            let deadline = ContinuousClock.now + .seconds(5)
            var last = DeviceError.Code?.some(.absent)
            while last != nil, ContinuousClock.now < deadline {
                last = await bench.code { () throws(DeviceError) in _ = try await bench.pump.status() }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(last == nil)
            _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            await again.stop()
        }
    }

    @Test func `a server that dies during a dose leaves an unknown outcome`() async throws {
        try await SiLABench.with(speed: 5) { bench in
            async let code = bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
            }
            try await bench.waitForMotion()
            await bench.server.stop()
            let ended = await code
            #expect(ended == .unknownOutcome)
        }
    }

    @Test func `a server that falls silent before the dose leaves an unknown outcome`() async throws {
        try await SiLABench.with { bench in
            _ = try await bench.pump.status()
            await bench.server.change { $0.isSilent = true }
            let code = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: .zero, at: self.flow)
            }
            #expect(code == .unknownOutcome)
            await bench.server.change { $0.isSilent = false }
        }
    }

    @Test func `units that another client has set are set back before the next move`() async throws {
        try await SiLABench.with { bench in
            _ = try await bench.pump.status()
            try await bench.setMicrolitresPerMinute()
            // As soon as the server itself shows it, the next move sets the units back.
            while abs(try await bench.pump.status().fillLevel.in(.millilitre) - 5) < 1 {
                try await Task.sleep(for: .milliseconds(1))
            }
            let level = try await bench.pump.move(toFillLevel: Volume(3, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 3) < 0.01)
            #expect(await bench.model.state().fillLevel == Volume(3, .millilitre))
        }
    }

    @Test func `an unreferenced pump does not move until its counter is restored`() async throws {
        try await SiLABench.with(isReferenced: false) { bench in
            let code = await bench.code { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(3, .millilitre), at: self.flow)
            }
            #expect(code == .refused)
            let counter = try await bench.pump.positionCounter()
            await bench.model.losePower()
            try await bench.pump.restore(positionCounter: counter)
            #expect(try await bench.pump.status().isReferenced)
            _ = try await bench.pump.move(toFillLevel: Volume(3, .millilitre), at: self.flow)
        }
    }

    @Test func `a reference move makes an unreferenced pump fit to move`() async throws {
        try await SiLABench.with(isReferenced: false) { bench in
            try await bench.pump.reference()
            let level = try await bench.pump.move(toFillLevel: Volume(3, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 3) < 0.01)
        }
    }
}
