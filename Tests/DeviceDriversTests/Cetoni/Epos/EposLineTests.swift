import DeviceDrivers
import DeviceKit
import Links
import Protocols
import Simulators
import Testing

/// What goes wrong on lines with several drives, and how a stop gets through.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct EposLineTests {
    let flow = FlowRate(0.1, .millilitrePerSecond)

    @Test(arguments: [EposBench.Wire.v1, .v2], ["late", "spoilt", "cut", "garbage"])
    func `one answer that goes wrong does not spoil what is read after it`(
        _ wire: EposBench.Wire, _ fault: String
    ) async throws {
        try await EposBench.with(wire, isTrembling: false) { bench in
            let expected = try await bench.pump.positionCounter()
            var faults = EposLineFaults()
            switch fault {
            case "late": faults.lateBy = .milliseconds(450)
            case "spoilt": faults.spoilsNext = true
            case "cut": faults.loses = 3
            default: faults.garbage = [0x90, 0x17, 0x46]
            }
            await bench.serial?.set(faults: faults)
            for _ in 0..<3 {
                let counter = await bench.error { () throws(DeviceError) in
                    #expect(try await bench.pump.positionCounter() == expected)
                }
                #expect(counter == nil, "\(counter as Any)")
            }
        }
    }

    @Test func `a spoilt line of a CAN adapter costs one time-out at most`() async throws {
        try await EposBench.with(.slcan, isTrembling: false) { bench in
            let expected = try await bench.pump.positionCounter()
            await bench.can?.spoilNext()
            for _ in 0..<2 { #expect(try await bench.pump.positionCounter() == expected) }
        }
    }

    /// The drive says so unasked, and its statusword shows the fault.
    @Test(arguments: [(0x8120, "CAN passive"), (0x81FD, "CAN bus off"), (0x8130, "heartbeat error")])
    func `a fault of the CAN bus is told by its name, with what to look at`(
        _ fault: (code: Int, name: String)
    ) async throws {
        try await EposBench.with(.slcan) { bench in
            var faults = EposDriveFaults()
            faults.errorCode = UInt16(fault.code)
            await bench.drive.set(faults: faults)
            await bench.model.block(below: Volume(4, .millilitre))
            let error = await bench.error { () throws(DeviceError) in
                _ = try await bench.pump.move(toFillLevel: Volume(1, .millilitre), at: self.flow)
            }
            #expect(error?.code == .faulted && error?.detail.contains(fault.name) == true, "\(error as Any)")
            #expect(error?.advice.contains("cable and termination of the CAN bus") == true)
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `a silent drive costs its neighbours time and nothing else`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire, count: 3) { bench in
            for pump in bench.pumps { _ = try await pump.status() }
            var faults = EposDriveFaults()
            faults.isSilent = true
            await bench.drives[1].set(faults: faults)
            let silent = await bench.error { () throws(DeviceError) in _ = try await bench.pumps[1].status() }
            #expect(silent?.code == .timedOut && silent?.device == "pump-1", "\(silent as Any)")
            for index in [0, 2] {
                let level = try await bench.pumps[index].move(toFillLevel: Volume(4.8, .millilitre), at: self.flow)
                #expect(abs(level.in(.millilitre) - 4.8) < 0.001)
            }
        }
    }

    @Test(arguments: EposBench.Wire.allCases)
    func `six pumps on one line stop together and none resumes`(_ wire: EposBench.Wire) async throws {
        try await EposBench.with(wire, count: 6, speed: 1) { bench in
            let moving = bench.pumps.map { pump in
                Task { [flow] in
                    await bench.error { () throws(DeviceError) in
                        _ = try await pump.move(toFillLevel: .zero, at: flow)
                    }
                }
            }
            for index in 0..<6 { try await bench.waitForMotion(of: index) }
            bench.sent.forget()
            await withTaskGroup(of: DeviceError?.self) { group in
                for pump in bench.pumps {
                    group.addTask { await bench.error { () throws(DeviceError) in try await pump.stop() } }
                }
                for await error in group { #expect(error == nil, "\(error as Any)") }
            }
            for (task, model) in zip(moving, bench.models) {
                #expect(await task.value?.code == .cancelled)
                #expect(await !model.state().isMoving)
            }
            // Every drive is told to halt before any is asked whether it did.
            let halts = bench.sent.all.filter { Self.isHalt($0.bytes, wire) }
            #expect(halts.count >= 6)
            if wire != .v1 {
                let first = bench.sent.all.drop { !Self.isHalt($0.bytes, wire) }.prefix(wire == .slcan ? 6 : 7)
                #expect(first.count { Self.isHalt($0.bytes, wire) } >= 6, "\(first.map(\.bytes))")
            }
        }
    }

    @Test func `a stop on a CAN bus does not wait for a silent drive`() async throws {
        try await EposBench.with(.slcan, count: 2, speed: 1) { bench in
            let moving = Task { [flow] in
                await bench.error { () throws(DeviceError) in
                    _ = try await bench.pumps[0].move(toFillLevel: .zero, at: flow)
                }
            }
            try await bench.waitForMotion()
            var faults = EposDriveFaults()
            faults.isSilent = true
            await bench.drives[1].set(faults: faults)
            // This one keeps the line until its time is up.
            let asking = Task {
                await bench.error { () throws(DeviceError) in _ = try await bench.pumps[1].identify() }
            }
            let deadline = ContinuousClock.now + .seconds(2)
            while !bench.sent.all.contains(where: { Self.isForNode3($0.bytes) }), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(1))
            }
            bench.sent.forget()
            try await bench.pumps[0].stop()
            // Nothing but the halt went out first: it did not wait for the other drive's time-out.
            #expect(bench.sent.all.first.map { Self.isHalt($0.bytes, .slcan) } == true)
            #expect(await moving.value?.code == .cancelled)
            #expect(await asking.value?.code == .timedOut)
        }
    }

    private static func isForNode3(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("t603".utf8)) }

    static func isHalt(_ bytes: [UInt8], _ wire: EposBench.Wire) -> Bool {
        switch wire {
        case .slcan: String(decoding: bytes, as: UTF8.self).contains("82B4060000F010000\r")
        case .v2:
            bytes.starts(with: [0x90, 0x02, 0x68, 0x04]) && Array(bytes[5..<10]) == [0x40, 0x60, 0x00, 0x0F, 0x01]
        case .v1: Self.nodeOfV1Halt(bytes) != nil
        }
    }

    /// The node that is told to halt; nil for anything else. Serial lines.
    static func haltedNode(_ bytes: [UInt8], _ wire: EposBench.Wire) -> UInt8? {
        wire == .v1 ? Self.nodeOfV1Halt(bytes) : Self.isHalt(bytes, wire) ? bytes[4] : nil
    }

    /// Alone behind its code, or together with it, behind what ends an earlier dialogue.
    private static func nodeOfV1Halt(_ bytes: [UInt8]) -> UInt8? {
        let message = bytes.drop { $0 == EposV1Message.okay }
        let rest = Array(message.first == 0x11 ? message.dropFirst() : message)
        guard rest.count >= 10, rest.starts(with: [0x03, 0x40, 0x60, 0x00]), Array(rest[5..<7]) == [0x0F, 0x01]
        else { return nil }
        return rest[4]
    }
}
