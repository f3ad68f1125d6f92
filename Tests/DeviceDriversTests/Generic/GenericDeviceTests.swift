import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Links
import Simulators
import Testing

/// A described device before its simulator, with everything that a line can do wrong.
@Suite(.serialized, .timeLimit(.minutes(1))) struct GenericDeviceTests {
    @Test func `states are read in their units, with the fewest requests`() async throws {
        let bench = try await Bench()
        let values = try await bench.device.read(["level", "valve", "held"])
        #expect(values["level"] == .number(AnyQuantity(50, .init(symbol: "%")!)))  // The symbol is one of the table.
        #expect(values["valve"] == .option("input"))
        #expect(values["held"] == .number(AnyQuantity(50, .init(symbol: "µL")!)))  // As above.
        #expect(await bench.requests == ["L?", "H?"])
        await bench.close()
    }

    @Test func `an action is told in the device's units, read back and waited for`() async throws {
        let bench = try await Bench(speed: 100)
        try await bench.device.perform("hold", ["volume": .number(AnyQuantity(0.1, .init(symbol: "mL")!))])
        #expect(await bench.requests.contains("H1200"))
        let held = try await bench.device.read(["held"])["held"]?.quantity
        #expect(held.map { abs($0.value - 100) < 0.1 } == true)
        await bench.close()
    }

    @Test(arguments: [("501 µL", "outside 0 µL to 500 µL"), ("-1 µL", "outside 0 µL to 500 µL")])
    func `nothing is sent that is beyond the limits`(_ volume: String, _ detail: String) async throws {
        let bench = try await Bench()
        let value = StateValue.number(try AnyQuantity(parsing: volume))
        let error = await bench.error { try await bench.device.perform("hold", ["volume": value]) }
        #expect(error?.code == .unsafe && error?.detail.contains(detail) == true, "\(String(describing: error))")
        #expect(await bench.requests.isEmpty)
        await bench.close()
    }

    @Test func `a guard is asked on the line, and bars the action`() async throws {
        let bench = try await Bench()
        await bench.line.set("valve", .option("bypass"))
        let error = await bench.error { try await bench.device.perform("hold", ["volume": Bench.volume(100)]) }
        #expect(error?.code == .unsafe && error?.advice == "Turn the valve first.", "\(String(describing: error))")
        #expect(await bench.requests == ["L?"])
        await bench.close()
    }

    @Test(arguments: ["volume", "amount"])
    func `arguments that are missing, stray or of another kind are mistakes`(_ name: String) async throws {
        let bench = try await Bench()
        let error = await bench.error { try await bench.device.perform("hold", [name: .text("much")]) }
        #expect(error?.code == .misconfigured)
        #expect(await bench.error { try await bench.device.perform("dance") }?.code == .misconfigured)
        #expect(await bench.error { _ = try await bench.device.read(["colour"]) }?.code == .misconfigured)
        #expect(await bench.requests.isEmpty)
        await bench.close()
    }

    @Test func `a device that says done and did nothing is found out`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.isStuck = true }
        let error = await bench.error { try await bench.device.perform("turn", ["to": .option("output")]) }
        #expect(error?.code == .mismatch && error?.command == "V1", "\(String(describing: error))")
        await bench.close()
    }

    @Test func `what was done without an answer is believed when it reads back`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.isMute = true }
        try await bench.device.perform("turn", ["to": .option("output")])
        await bench.close()
    }

    @Test func `silence after a command that cannot be read back leaves an unknown outcome`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.isSilent = true }
        #expect(await bench.error { try await bench.device.perform("beep") }?.code == .unknownOutcome)
        #expect(
            await bench.error { try await bench.device.perform("turn", ["to": .option("output")]) }?.code
                == .unknownOutcome)
        await bench.close()
    }

    @Test func `a refusal is told in the profile's words`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.wrongAnswer = Array("E17".utf8) }
        let error = await bench.error { _ = try await bench.device.read(["valve"]) }
        #expect(error?.code == .faulted && error?.advice == "Look at its display.", "\(String(describing: error))")
        #expect(try await bench.device.read(["valve"])["valve"] == .option("input"))
        await bench.close()
    }

    @Test(arguments: ["", "L", "Lx0", "L50,2", "L50.0.0,0", "L--5,0", "L50,0 ", "M50,0", "L1e999,0", "Lnan,0"])
    func `an answer of another form is garbage, and the next one counts`(_ answer: String) async throws {
        let bench = try await Bench()
        await bench.fault { $0.wrongAnswer = Array(answer.utf8) }
        #expect(await bench.error { _ = try await bench.device.read(["level"]) }?.code == .garbled, "\(answer)")
        #expect(try await bench.device.read(["level"])["level"]?.quantity?.value == 50)
        await bench.close()
    }

    @Test func `wrong check characters are garbage`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.spoilsNext = true }
        #expect(await bench.error { _ = try await bench.device.read(["level"]) }?.code == .garbled)
        #expect(try await bench.device.read(["level"])["level"]?.quantity?.value == 50)
        await bench.close()
    }

    @Test func `a late answer is never given to the next request`() async throws {
        let bench = try await Bench()
        for _ in 0..<5 {
            await bench.fault { $0.lateBy = .milliseconds(130) }
            #expect(await bench.error { _ = try await bench.device.read(["held"]) }?.code == .timedOut)
            #expect(try await bench.device.read(["valve"])["valve"] == .option("input"))
        }
        await bench.close()
    }

    @Test func `lines that come unasked are not taken for answers`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.garbage = Bench.framed("#door closed") + Bench.framed("#door open") }
        #expect(try await bench.device.read(["level"])["level"]?.quantity?.value == 50)
        await bench.close()
    }

    @Test func `a flood without an end is given up`() async throws {
        let bench = try await Bench()
        await bench.fault { $0.garbage = Array(repeating: 0x41, count: 5000) }
        #expect(await bench.error { _ = try await bench.device.read(["level"]) }?.code == .garbled)
        #expect(try await bench.device.read(["level"])["level"]?.quantity?.value == 50)
        await bench.close()
    }

    @Test func `cancelling a motion brings the device to rest`() async throws {
        let bench = try await Bench()
        let moving = Task { try await bench.device.perform("hold", ["volume": Bench.volume(500)]) }
        while await !bench.requests.contains("H6000") { await Task.yield() }
        moving.cancel()
        let error = await bench.error { try await moving.value }
        #expect(error?.code == .cancelled)
        #expect(await bench.requests.contains("STOP"))
        await bench.close()
    }

    @Test func `another model on the line is not mistaken for this one`() async throws {
        let bench = try await Bench()
        #expect(try await bench.device.identify().firmware == "1.0")
        await bench.fault { $0.wrongAnswer = Array("OTHER 7".utf8) }
        #expect(await bench.error { _ = try await bench.device.identify() }?.code == .mismatch)
        await bench.close()
    }

    @Test func `a device that talks all the time is listened to from the next whole line on`() async throws {
        let profile = try ShippedProfile.read(Self.talker)
        let line = try #require(SimulatedTextLine([ProfiledModel(profile)], clock: LabClock(speed: 10)))
        let device = try TextDevice.make(profile, at: try await line.openPseudoTerminal())
        let balance = ProfiledBalance(device)
        let mass = try await balance.mass()
        #expect(mass.value.value == Mass(12.345, .gram) && mass.isStable)
        await line.shutDown()
    }

    private struct Bench {
        let line: SimulatedTextLine
        let device: GenericDevice

        init(speed: Double = 1) async throws {
            let profile = try ShippedProfile.read(GenericDeviceTests.pump)
            let parameters: [String: StateValue] = ["syringe": Self.volume(500)]
            let clock = LabClock(speed: speed)
            self.line = try #require(
                SimulatedTextLine([ProfiledModel(profile, parameters: parameters)], clock: clock))
            self.device = try TextDevice.make(
                profile, parameters: parameters, at: try await self.line.openPseudoTerminal(), clock: clock)
        }

        static func volume(_ microlitres: Double) -> StateValue {
            AnyUnit(symbol: "µL").map { .number(AnyQuantity(microlitres, $0)) } ?? .text("no such unit")
        }

        static func framed(_ text: String) -> [UInt8] {
            let sum = text.utf8.reduce(0) { $0 ^ $1 }
            let digits = String(sum, radix: 16, uppercase: true)
            return Array((text + (digits.count == 1 ? "0" : "") + digits + "\r\n").utf8)
        }

        var requests: [String] {
            get async { await self.line.received.map { String(decoding: $0, as: UTF8.self) } }
        }

        func fault(_ change: (inout SimulatedTextLine.Faults) -> Void) async {
            var faults = await self.line.faults
            change(&faults)
            await self.line.set(faults: faults)
        }

        func error(_ body: () async throws -> Void) async -> DeviceError? {
            do {
                try await body()
                return nil
            } catch {
                return error as? DeviceError
            }
        }

        func close() async { await self.line.shutDown() }
    }

    /// A syringe pump that does not exist, with everything that a text protocol can have.
    private static let pump = #"""
        profile: 1
        vendor: Example
        model: pump
        family: other
        driver: generic.ascii
        identify: { send: "ID", take: "PUMP {firmware}" }
        link:
          kinds: [tty]
          serial: { baud: 9600 }
          framing: { request-ends: "\\r", reply-ends: "\\r\\n", checksum: { kind: xor8 }, longest: 200 }
          timing: { open: 5 s, first-byte: 100 ms, between-bytes: 30 ms, total: 5 s }
          refused-by:
            - { reply: "E{code}", means: faulted, say: "Look at its display." }
          unsolicited: [ "#{_}" ]
        parameters:
          syringe: { unit: µL, from: 50, to: 25000 }
        state:
          level: { unit: "%", read: { send: "L?", take: "L{level},{valve}" } }
          valve: { options: { input: "0", output: "1", bypass: "9" }, read: { with: level } }
          held: { unit: µL, scale: syringe / 6000, read: { send: "H?", take: "{held:.0}" } }
          target: { unit: µL }
        actions:
          hold:
            repeat: safe
            arguments: { volume: { unit: µL, from: 0, to: syringe, scale: syringe / 6000 } }
            send: "H{volume:.0}"
            take: "ok"
            sets: { target: "{volume}" }
            done: { when: held >= 99.9 µL, within: 5 min, every: 1 s }
          turn:
            repeat: safe
            arguments: { to: { options: { input: "0", output: "1", bypass: "9" } } }
            send: "V{to}"
            take: "ok"
            sets: { valve: "{to}" }
          beep: { repeat: never, send: "B", take: "ok" }
          stop: { repeat: safe, send: "STOP", take: "ok" }
        safety:
          safe-state: stop
          never:
            - { action: hold, while: valve == bypass, say: "Turn the valve first." }
        simulator:
          start: { level: 50 %, valve: input, held: 50 µL, target: 50 µL }
          moves:
            held: { to: target, per-minute: 300 }
        """#

    /// A balance that prints by itself, five times a second.
    private static let talker = #"""
        profile: 1
        vendor: Example
        model: printing balance
        family: balance
        driver: generic.ascii
        identity: none
        link:
          kinds: [tty]
          serial: { baud: 115200 }
          framing: { request-ends: "\\r\\n", reply-ends: "\\r\\n" }
          timing: { open: 5 s, first-byte: 1 s, total: 5 s }
        state:
          mass: { unit: g, uncertainty: 0.001, read: { listen: "G     {mass:+10.3}{_:1}{stable}" } }
          stable: { options: { "no": "   ", "yes": "g  " }, read: { with: mass } }
        actions:
          tare: { repeat: safe, send: "T", answers: nothing }
        safety: { safe-state: none }
        simulator: { start: { mass: 12.345 g, stable: "yes" } }
        """#
}
