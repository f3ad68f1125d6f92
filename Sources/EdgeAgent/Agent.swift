/// The agent: takes requests from the broker, has the lab serve them, and delivers the results.
public final class Agent: Sendable {
    private let options: AgentOptions
    private let observe: @Sendable (AgentEvent) -> Void

    /// - Parameter observe: told of every change; must return quickly.
    public init(_ options: AgentOptions, observe: @escaping @Sendable (AgentEvent) -> Void = { _ in }) {
        self.options = options
        self.observe = observe
    }

    /// Works until the task is cancelled. Throws `AgentError` when it cannot start or go on.
    public func run() async throws {}
}
