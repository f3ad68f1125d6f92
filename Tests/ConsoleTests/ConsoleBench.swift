import DeviceKit
import Foundation
import LabBench
import Methods
import Protocols
import Store
import Synchronization

@testable import Console
@testable import EdgeAgent

/// The console over a real journal and the real desk, of the example lab without its agent.
final class ConsoleBench: Sendable {
    let journal: Journal
    let desk: AgentConsole
    let url: String
    private let folder: URL
    private let serving: Task<Void, any Error>

    /// Serves on a free port while `body` works.
    static func run(_ body: (ConsoleBench) async throws -> Void) async throws {
        let bench = try await ConsoleBench()
        do {
            try await body(bench)
        } catch {
            await bench.end()
            throw error
        }
        await bench.end()
    }

    private init() async throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "console-\(UUID().uuidString)")
        let journal = try Journal(in: StateDirectory(path: self.folder.path))
        let lab = try LabDescription(contentsOf: LabBench.labFile)
        let desk = OperatorDesk(journal: journal, model: lab.model)
        self.journal = journal
        self.desk = AgentConsole(desk, lab.model, EventRecord(), isUplinkInsecure: false)
        let console = try Console(ConsoleOptions(port: 0, lab: "asab"), desk: self.desk, journal: journal)
        let (urls, continuation) = AsyncStream.makeStream(of: String.self)
        self.serving = Task {
            defer { continuation.finish() }
            try await console.run { continuation.yield($0) }
        }
        guard let url = await urls.first(where: { _ in true }) else {
            try await self.serving.value
            throw CancellationError()
        }
        self.url = url
    }

    private func end() async {
        self.serving.cancel()
        _ = await self.serving.result
        try? await self.journal.close()
        try? FileManager.default.removeItem(at: self.folder)
    }

    static let password = "a long enough password"

    /// A browser in which somebody is signed in already; to type a password is slow on purpose.
    func browser(_ name: String = "ada", _ role: Role = .operator) async throws -> Browser {
        let user = User(name: name, role: role, passwordHash: "")
        try await self.add(user)
        let secret = Secret.makeToken()
        try await self.journal.openSession(secret.hash, of: user, for: .seconds(600))
        let browser = Browser(self.url)
        browser.secret = "edge_agent_\(self.url.split(separator: ":").last ?? "")=\(secret.text)"
        return browser
    }

    /// Somebody who can sign in with `password`.
    func addUser(_ name: String) async throws {
        try await self.add(User(name: name, role: .operator, passwordHash: Password(typed: Self.password).hashed()))
    }

    private func add(_ user: User) async throws {
        let code = Secret.makeCode()
        try await self.journal.invite(code.hash, name: user.name, role: user.role, for: .seconds(60), by: nil)
        _ = try await self.journal.enrol(code.hash, name: user.name, passwordHash: user.passwordHash)
    }

    /// A question that waits, as runs ask it.
    func ask(_ text: String = "Run 1 does not go on by itself.") async throws -> UUIDv7 {
        let question = Question(
            text: text,
            choices: [
                .init(answer: "resume", meaning: "go on"), .init(answer: "repeat", meaning: "do it again"),
            ])
        return try await self.ask(question)
    }

    func ask(_ question: Question, due: Duration? = nil) async throws -> UUIDv7 {
        try await self.journal.ask(JSONValue(kept: question), due: due)
    }
}
