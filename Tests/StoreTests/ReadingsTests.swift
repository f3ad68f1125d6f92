import Foundation
import Store
import Testing

@Suite struct ReadingsTests {
    private static let start: Int64 = 1_790_000_040_000_000

    @Test func `a short range is raw, a longer one comes from minutes, a long one from hours`() async throws {
        let scratch = try Scratch()
        let readings = try Readings(in: scratch.directory())
        // Two days, one value every 10 s, as a tooth of 100.
        let all = (0..<17_280).map { index in
            Reading(
                series: "cell/temperature", time: Self.start + Int64(index) * 10_000_000, value: Double(index % 100),
                unit: "°C", quality: index == 7 ? .doubtful : .good)
        }
        for chunk in stride(from: 0, to: all.count, by: 2000) {
            try await readings.append(Array(all[chunk..<min(chunk + 2000, all.count)]))
        }
        let hour: Int64 = 3_600_000_000
        func range(_ duration: Int64, _ limit: Int) async throws -> ReadingRange {
            try #require(
                try await readings.range("cell/temperature", from: Self.start, to: Self.start + duration, limit: limit))
        }
        let raw = try await range(hour, 400)
        #expect(raw.source == .raw)
        #expect(raw.unit == "°C")
        #expect(raw.spans.map(\.mean) == all[..<360].map(\.value))

        let minutes = try await range(hour, 60)
        #expect(minutes.source == .minute)
        #expect(minutes.spans.count <= 60)
        #expect(minutes.spans.reduce(0) { $0 + $1.count } == 360)
        #expect(minutes.spans[0].quality == .doubtful)

        let hours = try await range(48 * hour, 20)
        #expect(hours.source == .hour)
        #expect(hours.spans.count <= 21)
        #expect(hours.spans.map(\.minimum).min() == 0)
        #expect(hours.spans.map(\.maximum).max() == 99)
        #expect(hours.spans.reduce(0) { $0 + $1.count } == 17_280)

        #expect(try await readings.newest("cell/temperature")?.time == all.last?.time)
        #expect(try await readings.range("nobody", from: 0, to: 1) == nil)
    }

    @Test func `thinned readings live on in their roll-ups`() async throws {
        let readings = try Readings(in: Scratch().directory())
        try await readings.append(
            (0..<600).map { Reading(series: "p", time: Self.start + Int64($0) * 1_000_000, value: 1, unit: "bar") })
        #expect(try await readings.thin(before: Self.start + 300_000_000) == 300)
        let range = try await readings.range("p", from: Self.start, to: Self.start + 600_000_000, limit: 20)
        #expect(range?.spans.reduce(0) { $0 + $1.count } == 600)
    }

    @Test func `a reading that comes twice counts once, and none that is not finite`() async throws {
        let readings = try Readings(in: Scratch().directory())
        let reading = Reading(series: "p", time: Self.start, value: 2, unit: "bar")
        try await readings.append([reading, reading])
        try await readings.append(Reading(series: "p", time: Self.start + 1, value: .nan, unit: "bar"))
        let range = try await readings.range("p", from: Self.start, to: Self.start + 10, limit: 10)
        #expect(range?.spans.map(\.count) == [1])
    }

    @Test func `a file of garbage is moved aside and a new one begun`() async throws {
        let scratch = try Scratch()
        let directory = try scratch.directory()
        try Data(repeating: 0x55, count: 9000).write(to: URL(fileURLWithPath: directory.readingsPath))
        let readings = try Readings(in: directory)
        #expect(readings.damage != nil)
        try await readings.append(Reading(series: "p", time: Self.start, value: 2, unit: "bar"))
        #expect(try await readings.findings() == [])
    }
}
