import Protocols

/// Answers as values.
extension ConsoleDesk {
    func view<View: Decodable & Sendable>(
        _ question: ConsoleQuestion, as type: View.Type = View.self
    ) async throws -> View {
        try await self.ask(question).decode(View.self)
    }

    func list<View: Decodable & Sendable>(
        _ question: ConsoleQuestion, of type: View.Type = View.self
    ) async throws -> [View] {
        try await self.ask(question).decode([View].self)
    }
}
