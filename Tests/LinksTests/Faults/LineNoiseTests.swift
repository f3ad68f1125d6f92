import DeviceKit
import Protocols
import Testing
import Trials

@testable import Links

/// R19: a noisy line under lines of text with check characters.
@Suite(.serialized, .timeLimit(.minutes(60))) struct LineNoiseTests {
    private static let framing = TextFraming(
        requestEnd: [0x0A], replyEnd: .bytes([0x0A]), checksum: WireChecksum(.crc16), longest: 256)

    private static let noises: [[LinkFault.Kind]] = [
        [.drop(rate: 0.03)], [.double(rate: 0.03)], [.corrupt(rate: 0.03)], [.garbage(.before, longest: 20, rate: 0.3)],
        [.garbage(.inside, longest: 20, rate: 0.3)], [.garbage(.after, longest: 20, rate: 0.3)],
        [.slicer(averageSize: 3, sizeVariation: 2)],
        [.drop(rate: 0.01), .double(rate: 0.01), .corrupt(rate: 0.01), .garbage(.inside, longest: 4, rate: 0.1)],
    ]

    @Test func `noise is never taken for an answer, and the first request after it is answered`() async throws {
        let rounds = Trials.rounds("R19 text with CRC-16", 1000, soak: 100_000)
        var random = rounds.random
        let bench = try Counterpart(
            timeouts: LinkTimeouts(firstByte: .seconds(10), betweenBytes: .milliseconds(3), total: .seconds(30)),
            recovery: .drain(quiet: .milliseconds(3)))
        var (right, refused, wrong) = (0, 0, 0)
        for number in 0..<rounds.count {
            // Ten noisy answers, then a clean one, which has to be understood whatever came before it.
            let isClean = number % 11 == 10
            var stream = FaultyStream(seed: random.next())
            let noise = Self.noises.randomElement(using: &random) ?? []
            if !isClean { _ = stream.set(noise, at: .now) }
            async let outcome = Self.ask("q\(number)", bench.link, within: isClean ? nil : .milliseconds(20))
            _ = try await bench.received()
            var parcels = stream.take(Self.sealed("re q\(number)"), at: .now).map(\.bytes)
            if !isClean, random.next() % 16 == 0 { Self.insertZeros(into: &parcels, &random) }
            for bytes in parcels { try await bench.terminal.channel.write(bytes) }
            switch await outcome {
            case .success("re q\(number)"): right += 1
            case .success(let answer):
                Issue.record("\(rounds), frame \(number), \(noise): “\(answer)”")
                wrong += 1
            case .failure(let error):
                #expect(!isClean, "\(rounds), frame \(number): \(error)")
                #expect([.garbled, .timedOut].contains(error.code), "\(rounds): \(error)")
                refused += 1
            }
        }
        print("R19 text with CRC-16: \(right) right, \(refused) refused, \(wrong) wrong")
        #expect(right > rounds.count / 10 && refused > rounds.count / 20, "\(rounds): \(right), \(refused)")
        bench.terminal.close()
    }

    @Test func `a megabyte of noise costs one request`() async throws {
        let bench = try Counterpart(
            timeouts: LinkTimeouts(firstByte: .seconds(10), betweenBytes: .milliseconds(20), total: .seconds(30)),
            recovery: .drain(quiet: .milliseconds(20)))
        var stream = FaultyStream(seed: 1)
        _ = stream.set([.flood(bytes: 1_000_000)], at: .now)
        async let outcome = Self.ask("q", bench.link)
        _ = try await bench.received()
        let flood = stream.take(Self.sealed("re q"), at: .now).flatMap(\.bytes)
        // The flood does not wait to be read: what the kernel does not take any more is lost.
        let flooding = Task { try? await bench.terminal.channel.write(flood, until: .now + .seconds(10)) }
        let noise = await outcome
        #expect(throws: DeviceError.self) { try noise.get() }
        async let next = Self.ask("n", bench.link)
        await flooding.value
        #expect(try await bench.received() == "n\n")
        try await bench.terminal.channel.write(Self.sealed("re n"))
        #expect(try await next.get() == "re n")
        bench.terminal.close()
    }

    private static func ask(
        _ question: String, _ link: ByteLink, within limit: Duration? = nil
    ) async -> Result<String, DeviceError> {
        do throws(DeviceError) {
            let answer = try await link.exchange(question) { exchange throws(DeviceError) -> [UInt8] in
                try await exchange.write(Array((question + "\n").utf8))
                let frame = try await exchange.readFrame(longest: Self.framing.longest, within: limit) {
                    Self.framing.replyLength(in: $0)
                }
                guard let message = Self.framing.message(in: frame) else {
                    throw DeviceError(.garbled, device: "gauge", command: question, "check characters", advice: "")
                }
                return message
            }
            return .success(String(decoding: answer, as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    private static func sealed(_ text: String) -> [UInt8] {
        Self.framing.framed(Array(text.utf8), ending: [0x0A])
    }

    private static func insertZeros(into parcels: inout [[UInt8]], _ random: inout SeededGenerator) {
        guard let index = parcels.indices.randomElement(using: &random) else { return }
        let zeros = [UInt8](repeating: 0, count: Int.random(in: 1...5, using: &random))
        parcels[index].insert(contentsOf: zeros, at: Int.random(in: 0...parcels[index].count, using: &random))
    }
}
