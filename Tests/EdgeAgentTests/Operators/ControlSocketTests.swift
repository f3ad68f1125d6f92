import Foundation
import Protocols
import Testing

@testable import EdgeAgent

@Suite struct ControlSocketTests {
    @Test(arguments: [0, 8])
    func `a question gets its answer, however long the path is`(depth: Int) async throws {
        let folder = try StateFolder(depth: depth)
        try await Self.serving(folder) { request throws(OperatorError) in
            ["asked": .string("\(request)")]
        } whileUp: { client in
            let answer = try await client.ask(.runs(limit: 7), within: .seconds(10))
            #expect(answer == ["asked": "runs(limit: 7)"])
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/control.sock"))
    }

    @Test func `only the agent's own user may ask`() async throws {
        let folder = try StateFolder()
        try await Self.serving(folder) { _ throws(OperatorError) in
            .null
        } whileUp: { _ in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/control.sock")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `an error keeps its status and its words`() async throws {
        let folder = try StateFolder()
        try await Self.serving(folder) { _ throws(OperatorError) in
            throw OperatorError(.badData, "there is no run 7; see “runs list”")
        } whileUp: { client in
            await #expect(throws: OperatorError(.badData, "there is no run 7; see “runs list”")) {
                try await client.ask(.run(id: "7"), within: .seconds(10))
            }
        }
    }

    @Test func `a halt does not wait for an answer that takes long`() async throws {
        let folder = try StateFolder()
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        try await Self.serving(folder) { request throws(OperatorError) in
            if request == .devices { for await _ in gate { break } }
            return .string("\(request)")
        } whileUp: { client in
            let slow = Task { try await client.ask(.devices, within: .seconds(30)) }
            let quick = try await client.ask(.halt(person: "tester"), within: .seconds(10))
            #expect(quick == "halt(person: \"tester\")")
            opening.yield()
            let answer = try await slow.value
            #expect(answer == "devices")
        }
    }

    @Test func `what an agent that crashed left there does not stand in the way`() async throws {
        let folder = try StateFolder()
        try "".write(toFile: "\(folder.path)/control.sock", atomically: false, encoding: .utf8)
        try await Self.serving(folder) { _ throws(OperatorError) in
            true
        } whileUp: { client in
            #expect(await client.isAnswered(within: .seconds(10)))
        }
    }

    @Test func `without an agent the answer is that there is none`() async throws {
        let client = ControlClient(stateDirectory: try StateFolder().path)
        let error = await #expect(throws: OperatorError.self) { try await client.ask(.ping, within: .seconds(1)) }
        #expect(error?.status == .unavailable)
    }

    @Test func `an agent that does not answer in time is told`() async throws {
        let folder = try StateFolder()
        try await Self.serving(folder) { _ throws(OperatorError) in
            try? await Task.sleep(for: .seconds(60))
            return .null
        } whileUp: { client in
            let error = await #expect(throws: OperatorError.self) {
                try await client.ask(.pending, within: .milliseconds(50))
            }
            #expect(error?.description.contains("has not answered") == true)
        }
    }

    private static func serving(
        _ folder: StateFolder, answer: @escaping @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue,
        whileUp body: (ControlClient) async throws -> Void
    ) async throws {
        let socket = try await ControlSocket(stateDirectory: folder.path)
        let serving = Task { try await socket.run(answer: answer) }
        do {
            try await body(ControlClient(stateDirectory: folder.path))
        } catch {
            Issue.record(error)
        }
        serving.cancel()
        _ = await serving.result
    }
}
