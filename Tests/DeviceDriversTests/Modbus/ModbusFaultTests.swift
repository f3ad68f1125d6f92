import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Synchronization
import Testing
import Trials

/// R21, R19 and R20 of Modbus lines: what devices do wrong is told apart, and never becomes a value.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ModbusFaultTests {
    @Test(arguments: ModbusBench.Wire.allCases)
    func `exceptions 1 to 11 keep their meaning, and the connection`(_ wire: ModbusBench.Wire) async throws {
        let meanings: [DeviceError.Code] = [
            .misconfigured, .misconfigured, .refused, .faulted, .busy, .busy, .refused, .faulted, .refused, .absent,
            .timedOut,
        ]
        let bench = try await ModbusBench(wire, timeouts: ModbusBench.patient)
        for (code, meaning) in zip(UInt8(1)..., meanings) {
            let exception = try #require(ModbusException(code: code))
            for _ in 0..<100 {
                bench.site.misbehave(.exception(exception), unit: 1)
                let error = await bench.error { try await bench.read(0) }
                #expect(error?.code == meaning)
                #expect(error?.detail.contains("(exception \(code))") == true)
            }
        }
        bench.site.misbehave(.exception(.gatewayTargetSilent), unit: 1)
        let error = await bench.error { try await bench.link.ask(.writeRegister(address: 0, 1), of: 1) }
        #expect(error?.code == .unknownOutcome)
        #expect(try await bench.read(5) == ModbusBench.expected(5))
        #expect(bench.link.openings == 1 && bench.link.droppedBytes == 0)
        await bench.shutDown()
    }

    /// What a device does, what the error says, and whether the connection can be kept.
    static let network: [(ModbusMisbehaviour, String, keepsConnection: Bool)] = [
        (.wrongUnit(9), "unit 9 answered", true), (.wrongFunction(4), "function 4 instead of 3", true),
        (.wrongLength(-2), "6 bytes instead of 8", true), (.wrongLength(2), "10 bytes instead of 8", true),
        (.wrongTransaction(7), "to transaction", true), (.wrongTransaction(0xFFFF), "to transaction", true),
        (.wrongHeaderLength(1), "whose header says", false), (.wrongHeaderLength(-3), "whose header says", false),
        (.truncated(9), "stopped before its end", false), (.garbageBefore([0xDE, 0xAD]), "an answer", false),
        (.hangsUp, "closed", false), (.silent, "no answer within", false),
    ]

    static let serial: [(ModbusMisbehaviour, String)] = [
        (.wrongUnit(9), "unit 9"), (.wrongFunction(4), "function 4 instead of 3"),
        (.wrongLength(-2), "6 bytes instead of 8"), (.wrongLength(2), "10 bytes instead of 8"),
        (.wrongChecksum, "checksum"), (.truncated(6), "stopped before its end"),
        (.garbageInside([0x55, 0xAA]), "an answer"), (.silent, "no answer within"),
    ]

    @Test(arguments: Self.network.indices)
    func `over TCP each fault is told apart, and only lost framing ends the connection`(_ index: Int) async throws {
        let (misbehaviour, words, keepsConnection) = Self.network[index]
        let isSilence = misbehaviour == .silent || misbehaviour == .hangsUp
        try await Self.onFourLines(.tcp) { bench, address in
            let (before, error) = await Self.fault(bench, misbehaviour, isSilence: isSilence)
            #expect(error?.code == (isSilence ? .timedOut : .garbled), "\(misbehaviour): \(String(describing: error))")
            #expect(error.map { $0.detail.contains(words) } == true, "\(misbehaviour): \(error?.detail ?? "")")
            if keepsConnection { #expect(bench.link.openings == before, "\(misbehaviour)") }
            let registers = try await bench.healthy(address)
            #expect(registers == ModbusBench.expected(address))
            if !keepsConnection { #expect(bench.link.openings > before, "\(misbehaviour)") }
        }
    }

    @Test(arguments: Self.serial.indices)
    func `on a serial line each fault is told apart, and the line stays open`(_ index: Int) async throws {
        let (misbehaviour, words) = Self.serial[index]
        try await Self.onFourLines(.rtu) { bench, address in
            let isSilence = misbehaviour == .silent
            let (_, error) = await Self.fault(bench, misbehaviour, isSilence: isSilence)
            #expect(error?.code == (isSilence ? .timedOut : .garbled), "\(misbehaviour)")
            #expect(error.map { $0.detail.contains(words) } == true, "\(misbehaviour): \(error?.detail ?? "")")
            let registers = try await bench.healthy(address)
            #expect(registers == ModbusBench.expected(address))
            #expect(bench.link.openings == 1)
        }
    }

    /// The error of a request that meets a fault, and how often the line had been opened before. A busy machine may be
    /// later than the short time-out, and an answer may be to a request that was given up: then it is asked again.
    private static func fault(
        _ bench: ModbusBench, _ misbehaviour: ModbusMisbehaviour, isSilence: Bool
    ) async -> (openings: Int, error: DeviceError?) {
        for _ in 0..<50 {
            bench.site.behave()
            _ = await bench.error { try await bench.healthy(0) }
            let openings = bench.link.openings
            bench.site.misbehave(misbehaviour, unit: 1)
            do throws(DeviceError) {
                let registers = try await bench.read(0)
                #expect(registers == ModbusBench.expected(0), "\(misbehaviour)")
            } catch {
                if isSilence || error.code != .timedOut || !error.detail.contains("no answer within") {
                    return (openings, error)
                }
            }
        }
        return (0, nil)
    }

    /// A hundred rounds, on four lines at once, since most of their time is waiting.
    private static func onFourLines(
        _ wire: ModbusBench.Wire, _ round: @escaping @Sendable (ModbusBench, UInt16) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for line in 0..<4 {
                group.addTask {
                    let bench = try await ModbusBench(wire)
                    _ = try await bench.healthy(0)
                    for number in 0..<25 { try await round(bench, UInt16(line * 20 + number)) }
                    await bench.shutDown()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `a write whose answer does not fit has an unknown outcome`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ModbusBench(wire)
        for misbehaviour in [ModbusMisbehaviour.wrongEcho, .wrongUnit(3), .silent] {
            for _ in 0..<10 {
                bench.site.misbehave(misbehaviour, unit: 1)
                let error = await bench.error { try await bench.link.ask(.writeRegister(address: 0, 1), of: 1) }
                #expect(error?.code == .unknownOutcome, "\(misbehaviour)")
            }
        }
        await bench.shutDown()
    }

    @Test func `a unit that answers what was told to all is not taken for another`() async throws {
        let bench = try await ModbusBench(.rtu, units: [1, 2])
        for round in 0..<100 {
            bench.site.misbehave(.answersBroadcast, unit: 0)
            #expect(try await bench.link.ask(.writeRegister(address: 99, UInt16(round)), of: 0) == .done)
            #expect(try await bench.healthy(7, of: 2) == ModbusBench.expected(7, of: 2))
        }
        #expect(bench.link.droppedBytes >= 800)
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `a late answer is never given to the next request`(_ wire: ModbusBench.Wire) async throws {
        let trials = Trials.rounds("R20 Modbus \(wire)", 120, soak: 20_000)
        let (seed, rounds) = (trials.seed, trials.count)
        var random = trials.random
        var timeouts = ModbusBench.quick
        // On a serial line an answer is known to be late up to twice the first-byte time-out.
        timeouts.firstByte = .milliseconds(40)
        let bench = try await ModbusBench(wire, units: [1, 2, 3], timeouts: timeouts)
        var answered = 0
        for round in 0..<rounds {
            let unit = UInt8.random(in: 1...3, using: &random)
            let address = UInt16.random(in: 0..<90, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                bench.site.misbehave(.late(.milliseconds(.random(in: 10...60, using: &random))), unit: unit)
            }
            do throws(DeviceError) {
                let registers = try await bench.read(address, of: unit)
                #expect(registers == ModbusBench.expected(address, of: unit), "seed \(seed), round \(round)")
                answered += 1
            } catch {
                #expect([.timedOut, .garbled].contains(error.code), "seed \(seed), round \(round): \(error)")
            }
        }
        #expect(answered > rounds / 3, "seed \(seed)")
        await bench.shutDown()
    }

    @Test(arguments: ModbusBench.Wire.allCases)
    func `garbage never becomes a value, and the line is well again after it`(_ wire: ModbusBench.Wire) async throws {
        let trials = Trials.rounds("R19 Modbus \(wire)", 200, soak: 20_000)
        let seed = trials.seed
        var random = trials.random
        let bench = try await ModbusBench(wire)
        for round in 0..<trials.count {
            let misbehaviour = Self.garbage(&random)
            bench.site.misbehave(misbehaviour, unit: 1)
            let address = UInt16.random(in: 0..<90, using: &random)
            do throws(DeviceError) {
                let registers = try await bench.read(address)
                // TCP has no checksum of its own here: a flipped bit of a value arrives as it was sent.
                if case .flipped = misbehaviour, wire == .tcp { continue }
                #expect(registers == ModbusBench.expected(address), "seed \(seed), round \(round), \(misbehaviour)")
            } catch {
                #expect(error.code != .absent && error.code != .busy, "seed \(seed), round \(round): \(error)")
            }
            bench.site.behave()
            #expect(
                try await bench.healthy(address) == ModbusBench.expected(address),
                "seed \(seed), round \(round), \(misbehaviour)")
        }
        await bench.shutDown()
    }

    /// Bytes lost, doubled, flipped and added by the line, and not by the device.
    @Test func `noise on a serial line never becomes a value, and is over with it`() async throws {
        let noises: [LinkFault] = [
            LinkFault(.drop(rate: 0.02)), LinkFault(.double(rate: 0.02)), LinkFault(.corrupt(rate: 0.02)),
            LinkFault(.garbage(.before, longest: 8, rate: 0.2)), LinkFault(.garbage(.inside, longest: 8, rate: 0.2)),
            LinkFault(.garbage(.after, longest: 8, rate: 0.2)), LinkFault(.slicer(averageSize: 2, sizeVariation: 1)),
            LinkFault(.drop(rate: 0.02), .upstream), LinkFault(.corrupt(rate: 0.02), .upstream),
        ]
        let rounds = Trials.rounds("R19 Modbus RTU line", 300, soak: 50_000)
        var random = rounds.random
        let proxy = Mutex<FaultProxy?>(nil)
        let bench = try await ModbusBench(.rtu) { device in
            let made = FaultProxy(to: device.transport(), seed: rounds.seed)
            proxy.withLock { $0 = made }
            let name = "modbus-\(UUID().uuidString.prefix(8))"
            return try await made.openPseudoTerminal(
                at: FileManager.default.temporaryDirectory.appending(path: name).path)
        }
        let line = try #require(proxy.withLock { $0 })
        var (right, refused, wrong) = (0, 0, 0)
        for round in 0..<rounds.count {
            if round.isMultiple(of: 20) {
                try await line.set([])
                #expect(try await bench.healthy(3) == ModbusBench.expected(3), "\(rounds), round \(round)")
                try await line.set(noises.randomElement(using: &random).map { [$0] } ?? [])
            }
            let address = UInt16.random(in: 0..<90, using: &random)
            do throws(DeviceError) {
                if try await bench.read(address) == ModbusBench.expected(address) { right += 1 } else { wrong += 1 }
            } catch {
                #expect(
                    [.timedOut, .garbled, .misconfigured].contains(error.code), "\(rounds), round \(round): \(error)")
                refused += 1
            }
        }
        print("R19 Modbus RTU line: \(right) right, \(refused) refused, \(wrong) wrong")
        #expect(wrong == 0, "\(rounds)")
        #expect(right > rounds.count / 4 && refused > rounds.count / 50, "\(rounds): \(right), \(refused)")
        await line.shutDown()
        await bench.shutDown()
    }

    @Test func `a flood of a million bytes ends with the request it disturbs`() async throws {
        for wire in ModbusBench.Wire.allCases {
            let bench = try await ModbusBench(wire)
            _ = try await bench.healthy(0)
            bench.site.misbehave(.garbageAfter(Array(repeating: 0x58, count: 1_000_000)), unit: 1)
            _ = await bench.error { try await bench.read(0) }
            bench.site.behave()
            var error: DeviceError?
            for _ in 0..<50 {
                var registers: [UInt16] = []
                error = await bench.error { registers = try await bench.read(4) }
                guard error == nil else { continue }
                #expect(registers == ModbusBench.expected(4))
                break
            }
            #expect(error == nil, "\(wire)")
            await bench.shutDown()
        }
    }

    @Test func `a serial unit that is silent or late costs its neighbours nothing`() async throws {
        let bench = try await ModbusBench(.rtu, units: [1, 2])
        for round in 0..<50 {
            bench.site.misbehave(round % 2 == 0 ? .silent : .late(.milliseconds(22)), unit: 1)
            #expect(await bench.error { try await bench.read(0, of: 1) }?.code == .timedOut)
            let address = UInt16(round)
            #expect(try await bench.healthy(address, of: 2) == ModbusBench.expected(address, of: 2))
        }
        await bench.shutDown()
    }

    private static func garbage(_ random: inout SeededGenerator) -> ModbusMisbehaviour {
        let bytes = (0..<Int.random(in: 1...12, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        return switch Int.random(in: 0..<8, using: &random) {
        case 0: .garbageBefore(bytes)
        case 1: .garbageAfter(bytes)
        case 2: .garbageInside(bytes)
        case 3: .flipped(byte: .random(in: 0..<20, using: &random))
        case 4: .truncated(.random(in: 1...8, using: &random))
        case 5: .doubled
        case 6: .garbageBefore([UInt8](repeating: 0, count: bytes.count))
        default: .dribbled(.milliseconds(.random(in: 0...3, using: &random)))
        }
    }
}
