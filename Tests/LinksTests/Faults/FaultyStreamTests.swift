import DeviceKit
import Testing

@testable import Links

/// What each fault does to bytes, without any line and without waiting.
@Suite struct FaultyStreamTests {
    private let start = ContinuousClock.now
    private let text = Array("P80000D40;cc804C4B4m,10,218\n".utf8)

    private func parcels(
        _ faults: LinkFault.Kind..., bytes: [UInt8]? = nil, times: Int = 1, seed: UInt64 = 1
    ) -> [FaultyStream.Parcel] {
        var stream = FaultyStream(seed: seed)
        let own = stream.set(faults, at: self.start)
        return (0..<times).flatMap { index in
            stream.take(bytes ?? self.text, at: self.start + .milliseconds(index))
        } + (own.map { [$0] } ?? [])
    }

    @Test func `without faults everything passes at once`() {
        #expect(self.parcels() == [FaultyStream.Parcel(bytes: self.text, due: self.start)])
    }

    @Test func `latency is kept within its jitter, and nothing overtakes`() {
        let parcels = self.parcels(.latency(.milliseconds(100), jitter: .milliseconds(20)), times: 200)
        #expect(parcels.map(\.bytes) == Array(repeating: self.text, count: 200))
        #expect(parcels.map(\.due) == parcels.map(\.due).sorted())
        for (index, parcel) in parcels.enumerated() {
            let latency = parcel.due - self.start - .milliseconds(index)
            #expect(latency >= .milliseconds(80) && latency <= .milliseconds(140))
        }
        #expect(Set(parcels.map(\.due)).count > 10)
    }

    @Test func `bandwidth spreads bytes over the time they take`() throws {
        let parcels = self.parcels(.bandwidth(bytesPerSecond: 1000), bytes: Array(repeating: 7, count: 2500))
        let last = try #require(parcels.last).due - self.start
        #expect(parcels.flatMap(\.bytes).count == 2500 && abs(last.seconds - 2.5) < 1e-6)
        #expect(parcels.allSatisfy { $0.bytes.count <= 100 })
        for parcel in parcels.indices.dropFirst() {
            let gap = parcels[parcel].due - parcels[parcel - 1].due
            #expect(abs(gap.seconds - Double(parcels[parcel].bytes.count) / 1000) < 1e-6)
        }
    }

    @Test func `a slicer cuts into pieces of the wanted size`() {
        let parcels = self.parcels(
            .slicer(averageSize: 5, sizeVariation: 2, delay: .milliseconds(3)),
            bytes: Array(0..<200))
        #expect(parcels.flatMap(\.bytes) == Array(0..<200))
        #expect(parcels.dropLast().allSatisfy { (3...7).contains($0.bytes.count) })
        #expect(parcels[1].due - parcels[0].due == .milliseconds(3))
    }

    @Test func `limited data ends the line at exactly that byte`() {
        let parcels = self.parcels(.limitData(bytes: 40), times: 5)
        #expect(parcels.flatMap(\.bytes).count == 40)
        #expect(parcels.map(\.end) == [nil, .closed])
    }

    @Test func `a timeout swallows all, and zero never closes`() {
        #expect(self.parcels(.timeout(.zero), times: 3).isEmpty)
        let end = FaultyStream.Parcel(bytes: [], due: self.start + .seconds(2), end: .closed)
        #expect(self.parcels(.timeout(.seconds(2)), times: 3) == [end])
    }

    @Test func `the peer is reset after its first bytes`() {
        let parcels = self.parcels(.resetPeer(timeout: .milliseconds(30)))
        #expect(parcels == [FaultyStream.Parcel(bytes: [], due: self.start + .milliseconds(30), end: .reset)])
    }

    @Test func `a slow close comes after the bytes`() {
        var stream = FaultyStream(seed: 1)
        _ = stream.set([.latency(.seconds(1)), .slowClose(delay: .seconds(5))], at: self.start)
        let bytes = stream.take(self.text, at: self.start)
        #expect(stream.close(at: self.start).due == bytes[0].due + .seconds(5))
    }

    @Test func `bytes are lost, doubled and damaged at their rate`() {
        let bytes = [UInt8](repeating: 0x55, count: 100_000)
        let lost = self.parcels(.drop(rate: 0.1), bytes: bytes).flatMap(\.bytes)
        #expect((89_000...91_000).contains(lost.count))
        let doubled = self.parcels(.double(rate: 0.1), bytes: bytes).flatMap(\.bytes)
        #expect((109_000...111_000).contains(doubled.count))
        let damaged = self.parcels(.corrupt(rate: 0.1), bytes: bytes).flatMap(\.bytes)
        let wrong = damaged.filter { $0 != 0x55 }
        #expect(damaged.count == bytes.count && (9000...11_000).contains(wrong.count))
        #expect(wrong.allSatisfy { ($0 ^ 0x55).nonzeroBitCount == 1 })
    }

    @Test func `garbage stands where it is wanted`() {
        for seed in 0..<50 as Range<UInt64> {
            for place in LinkFault.Place.allCases {
                let bytes = self.parcels(.garbage(place, longest: 9), seed: seed).flatMap(\.bytes)
                let extra = bytes.count - self.text.count
                #expect((1...9).contains(extra))
                let prefix = zip(bytes, self.text).prefix { $0 == $1 }.count
                let suffix = zip(bytes.reversed(), self.text.reversed()).prefix { $0 == $1 }.count
                #expect(prefix + suffix >= self.text.count, "seed \(seed)")
                if place == .before { #expect(suffix >= self.text.count) }
                if place == .after { #expect(prefix >= self.text.count) }
            }
        }
    }

    @Test func `a flood comes once`() {
        let parcels = self.parcels(.flood(bytes: 5000), times: 3)
        #expect(parcels.map(\.bytes.count) == [5000 + self.text.count, self.text.count, self.text.count])
    }

    @Test func `a late answer holds back what follows`() {
        let parcels = self.parcels(.late(by: .milliseconds(500), rate: 0.1), times: 40, seed: 3)
        #expect(parcels.map(\.due) == parcels.map(\.due).sorted())
        #expect(parcels.contains { $0.due < self.start + .milliseconds(50) })
        #expect(parcels.last?.due ?? self.start > self.start + .milliseconds(500))
    }

    @Test func `silence falls in the middle of an answer`() {
        #expect(self.parcels(.silence(afterBytes: 30), times: 4).flatMap(\.bytes).count == 30)
    }

    @Test func `the same seed gives the same fate`() {
        let faults: [LinkFault.Kind] = [
            .drop(rate: 0.1), .corrupt(rate: 0.1), .garbage(.inside, longest: 4, rate: 0.5),
            .slicer(averageSize: 6, sizeVariation: 3, delay: .milliseconds(1)),
            .latency(.milliseconds(5), jitter: .milliseconds(5)),
        ]
        func fate(_ seed: UInt64) -> [FaultyStream.Parcel] {
            var stream = FaultyStream(seed: seed)
            _ = stream.set(faults, at: self.start)
            return (0..<20).flatMap { _ in stream.take(self.text, at: self.start) }
        }
        #expect(fate(7) == fate(7))
        #expect(fate(7) != fate(8))
    }
}
