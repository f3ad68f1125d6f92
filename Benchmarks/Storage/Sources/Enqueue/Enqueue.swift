import Foundation
import Protocols
import Store

/// Keeps results durably from several tasks at once for a while, and prints rows per second and how long each took.
///
/// Arguments: folder for the state directory, producers, results in flight of each, seconds.
@main
struct Enqueue {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 4, let folder = arguments.first else { fatalError("FOLDER PRODUCERS DEPTH SECONDS") }
        let numbers = arguments.dropFirst().compactMap { Int($0) }
        let (producers, depth, duration) = (numbers[0], numbers[1], Duration.seconds(numbers[2]))

        let journal = try Journal(in: StateDirectory(path: "\(folder)/\(UUID().uuidString)"))
        _ = try await Self.work(journal, tasks: producers * depth, until: .now + .milliseconds(200))
        let start = ContinuousClock.now
        var times = try await Self.work(journal, tasks: producers * depth, until: start + duration)
        let seconds = Self.seconds(ContinuousClock.now - start)
        try await journal.close()

        times.sort()
        let report: JSONValue = [
            "rows": .integer(Int64(times.count)), "seconds": .number(seconds),
            "rows_per_second": .number(Double(times.count) / seconds),
            "p50_ms": .number(times[times.count / 2] * 1e3), "p99_ms": .number(times[times.count * 99 / 100] * 1e3),
        ]
        print(report.text())
    }

    /// Each task keeps the next result once its last one is on the disk.
    static func work(_ journal: Journal, tasks: Int, until end: ContinuousClock.Instant) async throws -> [Double] {
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var times: [Double] = []
                    while ContinuousClock.now < end {
                        let start = ContinuousClock.now
                        try await journal.enqueue(Self.result(journal.ids.make()))
                        times.append(Self.seconds(ContinuousClock.now - start))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// A payload of 300 bytes, as in the peer's rows.
    static func result(_ id: UUIDv7) -> NewResult {
        NewResult(
            id: id, requestID: id.description, quantity: "conductivity", method: "two_electrode",
            payload: ["data": ["note": .string(String(repeating: "x", count: 281))]],
            sha256: String(repeating: "a", count: 64))
    }

    static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
