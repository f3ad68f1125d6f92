import Foundation
import Protocols
import Store
import Uplink

/// Fills an outbox with results for requests that a broker has, then times until the last one is delivered.
///
/// Arguments: broker's address, folder for the state directory, file with one request id a line.
@main
struct Drain {
    static let tenant = "11111111-2222-4333-8444-555555555555"

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 3, let address = BrokerAddress(parsing: arguments[0]) else {
            fatalError("BROKER FOLDER REQUESTS")
        }
        let folder = "\(arguments[1])/\(UUID().uuidString)"
        let requests = try String(contentsOfFile: arguments[2], encoding: .utf8).split(separator: "\n").map(String.init)
        let journal = try Journal(in: StateDirectory(path: folder))
        try "lab\n".write(toFile: folder + "/password", atomically: true, encoding: .utf8)
        try await Self.fill(journal, requests)

        let client = FinalesClient(
            address: address, credentials: BrokerCredentials(user: "lab", passwordFile: folder + "/password"))
        try await client.login()
        let delivery = Delivery(journal: journal, client: client)
        let start = ContinuousClock.now
        let work = Task { try await delivery.run() }
        while try await journal.outboxCounts().open > 0 { try await Task.sleep(for: .milliseconds(20)) }
        let duration = (ContinuousClock.now - start).components
        work.cancel()
        _ = await work.result
        let counts = try await journal.outboxCounts()
        await client.close()
        try await journal.close()

        let seconds = Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
        let report: JSONValue = [
            "delivered": .integer(Int64(counts[.delivered])), "of": .integer(Int64(requests.count)),
            "seconds": .number(seconds), "per_second": .number(Double(counts[.delivered]) / seconds),
            "peak_rss_kB": .integer(Int64(try Self.peakMemory())),
        ]
        print(report.text())
    }

    static func fill(_ journal: Journal, _ requests: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, request) in requests.enumerated() {
                if index >= 256 { try await group.next() }
                group.addTask {
                    let result = FinalesResult(
                        data: ["value": 1.25, "spectrum": .array((0..<32).map { .number(Double($0) * 0.73) })],
                        quantity: "conductivity", method: "two_electrode",
                        parameters: ["two_electrode": ["temperature": 298.15]], tenantUUID: Self.tenant,
                        requestUUID: request)
                    try await journal.enqueue(NewResult(id: journal.ids.make(), result, capability: nil))
                }
            }
            try await group.waitForAll()
        }
    }

    /// In kilobytes; `VmHWM` of `/proc/self/status`.
    static func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
