import Foundation
import Methods
import Protocols
import Store

@testable import EdgeAgent

/// A state directory of its own for one test.
final class StateFolder: Sendable {
    let path: String

    /// - Parameter depth: folders of 20 characters in between, to make the path long.
    init(depth: Int = 0) throws {
        let between = Array(repeating: String(repeating: "d", count: 20), count: depth)
        self.path = ([NSTemporaryDirectory() + "state-\(UUID().uuidString.prefix(8))"] + between).joined(separator: "/")
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func journal() throws -> Journal { try Journal(in: StateDirectory(path: self.path)) }
}

extension Journal {
    func makeRun(_ states: RunState...) async throws -> UUIDv7 {
        let run = try await self.createRun(
            request: [:], requestID: UUID().uuidString, quantity: "conductivity", method: "two_electrode")
        for state in states { try await self.setRunState(run, state, reason: "so it came") }
        return run
    }

    /// A run that was interrupted, with its question.
    func makeWaitingRun() async throws -> UUIDv7 {
        let run = try await self.makeRun(.checking, .running)
        let question = Question(
            text: "Go on?",
            choices: [.init(answer: "resume", meaning: "go on"), .init(answer: "abandon", meaning: "give it up")])
        _ = try await self.suspendRun(run, reason: "it was interrupted", asking: JSONValue(encoding: question))
        return run
    }

    func makeResult() async throws -> NewResult {
        let result = NewResult(
            id: self.ids.make(), requestID: UUID().uuidString, quantity: "conductivity", method: "two_electrode",
            payload: ["data": ["value": 1.5]], sha256: String(repeating: "a", count: 64))
        try await self.enqueue(result)
        return result
    }
}
