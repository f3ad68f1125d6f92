import Foundation
import GRDB
import Protocols
import Store
import Synchronization

/// Fills a state directory with what an agent has done in many days, in the store's own format.
struct LongHistory {
    let directory: String
    let days: Int
    /// Microseconds since 1970.
    private let end = Moment.now().utc

    /// One run and its cleaning after another, each like the newest that is there, their results delivered.
    ///
    /// - Returns: how many runs there are now.
    func repeatRuns(perDay: Int) async throws -> Int {
        let clock = Mutex(self.end - Int64(self.days) * 86_400_000_000)
        let moment = Moment.now()
        let journal = try Journal(
            in: StateDirectory(path: self.directory),
            now: { Moment(utc: clock.withLock { $0 }, boot: moment.boot, monotonic: moment.monotonic) })
        let runs = try await journal.runs(limit: 2)
        guard let served = runs.last, let item = try await journal.outboxPage(limit: 1).first else { return 0 }
        let result = try JSONValue(parsing: item.payload)
        let steps = try await journal.steps(of: served.id)
        let count = self.days * perDay
        // Many at a time share their commits.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                if number >= 64 { try await group.next() }
                clock.withLock { $0 += 86_400_000_000 / Int64(perDay) }
                group.addTask {
                    let request = UUID().uuidString.lowercased()
                    let run = try await journal.createRun(
                        request: served.request, requestID: request, quantity: served.quantity, method: served.method,
                        memory: served.memory)
                    try await journal.setRunState(run, .checking)
                    try await journal.setRunState(run, .running)
                    for step in steps {
                        try await journal.beginStep(
                            step.index, of: run, kind: step.kind, description: step.description,
                            isRepeatable: step.isRepeatable)
                        try await journal.finishStep(step.index, of: run, .done, outcome: step.outcome)
                    }
                    let new = NewResult(
                        id: journal.ids.make(), requestID: request, quantity: served.quantity, method: served.method,
                        payload: result, sha256: item.sha256)
                    try await journal.finishRun(run, with: new)
                    try await journal.markSending([new.id])
                    try await journal.markDelivered(new.id, brokerResultID: UUID().uuidString.lowercased())
                }
            }
            try await group.waitForAll()
        }
        try await journal.close()
        return count
    }

    /// Twenty series at 1 Hz: raw for some days, rolled up for all.
    ///
    /// - Returns: how many raw readings there are now.
    func fillReadings(rawDays: Int) async throws -> Int {
        let state = try StateDirectory(path: self.directory)
        let readings = try Readings(in: state)
        for number in 0..<20 {
            try await readings.append(
                Reading(series: "series.\(number)", time: self.end, value: 298, unit: "K"))
        }
        try await readings.close()
        let file = try DatabaseQueue(path: state.readingsPath)
        func fill(_ sql: String, days: Int, width: Int64) throws {
            try file.writeWithoutTransaction { database in
                try database.execute(
                    sql:
                        "WITH RECURSIVE moment (time) AS (SELECT ?1 UNION ALL SELECT time + ?2 FROM moment WHERE time < ?3) "
                        + sql,
                    arguments: [
                        (self.end / width - Int64(days) * 86_400_000_000 / width) * width, width, self.end - width,
                    ])
            }
        }
        try fill(
            "INSERT OR IGNORE INTO reading SELECT id, time, 298 + time % 7, 0 FROM series, moment ORDER BY id, time",
            days: rawDays, width: 1_000_000)
        try fill(
            "INSERT OR IGNORE INTO minute SELECT id, time, 60, 298, 304, 18060, 0 FROM series, moment ORDER BY id, time",
            days: self.days, width: 60_000_000)
        try fill(
            "INSERT OR IGNORE INTO hour SELECT id, time, 3600, 298, 304, 1083600, 0 FROM series, moment ORDER BY id, time",
            days: self.days, width: 3_600_000_000)
        return try await file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reading") ?? 0 }
    }
}
