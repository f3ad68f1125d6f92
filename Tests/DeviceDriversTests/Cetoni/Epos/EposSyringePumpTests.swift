import DeviceKit
import Protocols
import Simulators
import Testing

@testable import DeviceDrivers

/// The same pump over every wire: what the driver of the SiLA route promises holds here as well.
@Suite(.timeLimit(.minutes(1)))
struct EposSyringePumpTests {
    let flow = FlowRate(0.5, .millilitrePerSecond)

    @Test(arguments: EposBench.Wire.allCases)
    func `a move ends with the fill level read back`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire) { bench in
            for goal in [4.5, 0, 9.9, 9.9, 2] {
                let level = try await bench.pump.move(toFillLevel: Volume(goal, .millilitre), at: self.flow)
                #expect(abs(level.in(.millilitre) - goal) < 0.001)
                #expect(abs(await bench.model.state().fillLevel.in(.millilitre) - goal) < 0.001)
            }
            #expect(await bench.model.motions == 4)
            let status = try await bench.pump.status()
            #expect(status.isEnabled && !status.isFaulted && status.isReferenced && status.flow == .zero)
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `the drive tells who it is`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire, count: 2) { bench in
            for (pump, node) in zip(bench.pumps, [2, 3]) {
                let identity = try await pump.identify()
                #expect(identity.vendor == "maxon" && identity.model.hasSuffix("node \(node)"))
                #expect(identity.serialNumber == "100\(node)")
            }
        }
    }

    @Test func `levels and flows out of range are refused before anything is sent`() async throws {
        try await EposBench.with(.v2) { bench in
            for (level, flow) in [(10.1, 0.5), (-0.1, 0.5), (4, 1.2), (4, 0), (4, -0.5), (.nan, 0.5), (4, .infinity)] {
                let error = await bench.error { () throws(DeviceError) in
                    _ = try await bench.pump.move(
                        toFillLevel: Volume(level, .millilitre), at: FlowRate(flow, .millilitrePerSecond))
                }
                #expect(error?.code == .unsafe, "\(level) mL at \(flow) mL/s")
            }
            #expect(bench.sent.all.isEmpty)
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a following error is told with its reason and place, and cleared on demand`(
        _ wire: EposBench.Wire
    ) async throws {
        try await EposBench.with(wire) { bench in
            await bench.model.block(below: Volume(4, .millilitre))
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(error?.code == .faulted)
            #expect(error?.detail.contains("following error (0x8611)") == true, "\(error as Any)")
            #expect(error?.detail.contains("rests at 4") == true && error?.advice.contains("clear the fault") == true)
            #expect(try await bench.pump.status().isFaulted)

            let again = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(again?.code == .faulted)
            #expect(await bench.model.motions == 1)

            await bench.model.block(below: nil)
            try await bench.pump.clearFault()
            let level = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 1) < 0.001)
        }
    }

    @Test func `an overload is told by its own name`() async throws {
        try await EposBench.with(.v1) { bench in
            var faults = EposDriveFaults()
            faults.errorCode = EposErrorCode.overcurrent.rawValue
            await bench.drive.set(faults: faults)
            await bench.model.block(below: Volume(4, .millilitre))
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(error?.code == .faulted && error?.detail.contains("over-current (0x2310)") == true)
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a stop leaves the plunger where it is, and the old move is not resumed`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire) { bench in
            let moving = Task { [flow] in
                await bench.error { () throws(DeviceError) in
                    _ = try await bench.pump.move(toFillLevel: .zero, at: flow)
                }
            }
            try await bench.waitForMotion()
            try await bench.pump.stop()
            #expect(await !bench.model.state().isMoving)
            #expect(await moving.value?.code == .cancelled)
            let rest = try await bench.pump.status().fillLevel
            #expect(rest > Volume(0.5, .millilitre))
            #expect((try await bench.pump.status().fillLevel - rest).magnitude < Volume(0.01, .microlitre))
            let level = try await bench.pump.move(toFillLevel: Volume(8, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 8) < 0.001)
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `cancelling stops the plunger`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire) { bench in
            let moving = Task { [flow] in
                await bench.error { () throws(DeviceError) in
                    _ = try await bench.pump.move(toFillLevel: .zero, at: flow)
                }
            }
            try await bench.waitForMotion()
            moving.cancel()
            #expect(await moving.value?.code == .cancelled)
            #expect(await !bench.model.state().isMoving)
            #expect(await bench.model.state().fillLevel > Volume(0.1, .millilitre))
        }
    }

    @Test(arguments: [EposBench.Wire.v1, .slcan])
    func `an incremental drive that was without power is not moved until its position is known`(
        _ wire: EposBench.Wire
    ) async throws {
        try await EposBench.with(wire) { bench in
            let counter = try await bench.pump.positionCounter()
            await bench.model.losePower()
            await bench.drive.losePower()
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(error?.code == .refused && error?.detail.contains("lost its position") == true)
            #expect(try await !bench.pump.status().isReferenced)
            let enabling = await bench.error { () throws(DeviceError) in try await bench.pump.clearFault() }
            #expect(enabling?.code == .refused && enabling?.detail.contains("lost its position") == true)
            let status = try await bench.pump.status()
            #expect(!status.isReferenced && !status.isEnabled, "another start would trust an enabled drive")
            try await bench.pump.restore(positionCounter: counter)
            let level = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 1) < 0.001)
            #expect(abs(await bench.model.state().fillLevel.in(.millilitre) - 1) < 0.001)
        }
    }

    @Test func `a reference move finds the position, and one that fails says so`() async throws {
        try await EposBench.with(.v1, isEnabled: false) { bench in
            await bench.model.losePower()
            var faults = EposDriveFaults()
            faults.failsHoming = true
            await bench.drive.set(faults: faults)
            let error = await bench.error { () throws(DeviceError) in try await bench.pump.reference() }
            #expect(error?.code == .faulted && error?.detail.contains("homing error") == true)
            let failed = try await bench.pump.status()
            #expect(!failed.isReferenced && !failed.isEnabled)
            await bench.drive.set(faults: EposDriveFaults())
            try await bench.pump.reference()
            let status = try await bench.pump.status()
            #expect(status.isReferenced && status.fillLevel.magnitude < Volume(0.01, .microlitre))
        }
    }

    @Test func `an absolute drive needs no reference and is enabled for its move`() async throws {
        try await EposBench.with(.v2, isEnabled: false) { bench in
            let refused = await bench.error { () throws(DeviceError) in try await bench.pump.reference() }
            #expect(refused?.code == .refused)
            let level = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            #expect(abs(level.in(.millilitre) - 1) < 0.001)
        }
    }

    @Test func `a drive that takes set-points and does not move is stopped and told`() async throws {
        try await EposBench.with(.v2, speed: 200) { bench in
            var faults = EposDriveFaults()
            faults.isStuck = true
            await bench.drive.set(faults: faults)
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(4.9, .millilitre), at: self.flow)
            }
            #expect(error?.code == .mismatch && error?.detail.contains("rests at 5 mL") == true, "\(error as Any)")
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a drive that says it arrived is not believed before its position agrees`(_ wire: EposBench.Wire) async throws
    {
        try await EposBench.with(wire) { bench in
            var faults = EposDriveFaults()
            faults.lies = true
            await bench.drive.set(faults: faults)
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(4.9, .millilitre), at: self.flow)
            }
            #expect(error?.code == .mismatch && error?.detail.contains("rests at 5 mL") == true, "\(error as Any)")
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a drive that is silent is told as such`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire) { bench in
            var faults = EposDriveFaults()
            faults.isSilent = true
            await bench.drive.set(faults: faults)
            let error = await bench.error { () throws(DeviceError) in _ = try await bench.pump.status() }
            #expect(error?.code == .timedOut, "\(error as Any)")
        }
    }

    @Test func `a stop during the first reading of a reference move is not missed`() async throws {
        try await EposBench.with(.v1) { bench in
            var faults = EposLineFaults()
            faults.lateBy = .milliseconds(300)
            await bench.serial?.set(faults: faults)
            let referencing = Task {
                await bench.error { () throws(DeviceError) in try await bench.pump.reference() }
            }
            let deadline = ContinuousClock.now + .seconds(2)
            while bench.sent.all.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(1)) }
            try await bench.pump.stop()
            #expect(await referencing.value?.code == .cancelled)
            #expect(await bench.model.state().fillLevel == Volume(5, .millilitre))
            #expect(try await bench.pump.status().isReferenced)
        }
    }

    @Test func `a drive whose fault is being cleared is not taken for one that was without power`() async throws {
        try await EposBench.with(.v1) { bench in
            for _ in 0..<3 {
                await bench.model.block(below: Volume(4, .millilitre))
                let error = await bench.error { () throws(DeviceError) in
                    _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
                }
                #expect(error?.code == .faulted)
                await bench.model.block(below: nil)
                let polling = (0..<3).map { _ in
                    Task { while !Task.isCancelled { _ = try? await bench.pump.status() } }
                }
                let clearing = await bench.error { () throws(DeviceError) in try await bench.pump.clearFault() }
                #expect(clearing == nil, "\(clearing as Any)")
                for task in polling {
                    task.cancel()
                    await task.value
                }
                let status = try await bench.pump.status()
                #expect(status.isReferenced && status.isEnabled)
                _ = try await bench.pump.move(toFillLevel: Volume(5, .millilitre), at: self.flow)
            }
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a servo that trembles at rest counts as standing`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire) { bench in
            let accesses = [EposObject.position, EposObject.velocity].map {
                ObjectAccess(device: "pump", node: 2, entry: $0)
            }
            var read: [Set<Int>] = [[], []]
            for _ in 0..<7 {
                for (index, access) in accesses.enumerated() { read[index].insert(try await bench.bus.perform(access)) }
            }
            #expect(read.allSatisfy { $0.count == 3 }, "the drive does not tremble: \(read)")
            for _ in 0..<7 {
                try await bench.pump.stop()
                #expect(try await bench.pump.status().flow == .zero)
            }
        }
    }

    @Test(arguments: [EposBench.Wire.v2, .slcan])
    func `a drive that goes on after a halt is told to stay where it is, and nobody says that it stands`(
        _ wire: EposBench.Wire
    ) async throws {
        try await EposBench.with(wire) { bench in
            var faults = EposDriveFaults()
            faults.ignoresHalts = true
            await bench.drive.set(faults: faults)
            let moving = Task {
                await bench.error { () throws(DeviceError) in
                    _ = try await bench.pump.move(toFillLevel: .zero, at: FlowRate(0.05, .millilitrePerSecond))
                }
            }
            try await bench.waitForMotion()
            let error = await bench.error { () throws(DeviceError) in try await bench.pump.stop() }
            #expect(
                error?.code == .unknownOutcome && error?.detail.contains("still changes") == true, "\(error as Any)")
            #expect(await moving.value != nil)
            // It comes back to where it was told to stay.
            let deadline = ContinuousClock.now + .seconds(5)
            while try await bench.pump.status().flow != .zero, ContinuousClock.now < deadline {}
            #expect(await !bench.model.state().isMoving)
            #expect(await bench.model.state().fillLevel > Volume(1, .millilitre))
        }
    }
}
