import Foundation
import Site
import Store

/// What stood last in the journal of an agent that was killed, in words: `step fill done`, `result sending`.
enum LastCommit {
    /// - Parameter directory: a state directory that nobody uses. Its files are copied; nothing in it changes.
    static func read(in directory: String) async throws -> String {
        let files = FileManager.default
        let copy = files.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)")
        defer { try? files.removeItem(at: copy) }
        try files.createDirectory(at: copy, withIntermediateDirectories: true)
        for name in ["journal.sqlite", "journal.sqlite-wal"] where files.fileExists(atPath: "\(directory)/\(name)") {
            try files.copyItem(atPath: "\(directory)/\(name)", toPath: copy.appending(path: name).path)
        }
        let journal = try Journal(in: StateDirectory(path: copy.path))
        var newest: (time: Int64, word: String) = (0, "nothing")
        func consider(_ moment: Moment, _ word: String) {
            if moment.monotonic > newest.time {
                newest = (moment.monotonic, word)
            } else if moment.monotonic == newest.time {
                newest.word += ", \(word)"
            }
        }
        for run in try await journal.runs(limit: 10) {
            consider(run.changed, "\(run.method == "clean" ? "cleaning" : "run") \(run.state.rawValue)")
            for step in try await journal.steps(of: run.id) {
                let again = step.attempt > 1 ? " again" : ""
                consider(step.changed, "step \(step.kind) \(step.state.rawValue)\(again)")
            }
        }
        for item in try await journal.outboxPage(limit: 1000) {
            consider(item.changed, "result \(item.state.rawValue)")
        }
        for prompt in try await journal.prompts(limit: 10) {
            consider(prompt.changed, "prompt \(prompt.state.rawValue)")
        }
        try await journal.close()
        return newest.word
    }
}
