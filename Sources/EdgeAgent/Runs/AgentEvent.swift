public import DeviceKit
public import Methods

/// What an observer of the agent sees: one value per change, never per poll.
public enum AgentEvent: Sendable {
    case deviceReady(name: String, identity: String)
    /// A device that can be plugged in is absent, being identified, held by another program, or waits for a word.
    case deviceState(name: String, state: DeviceState, reason: String)
    case brokerReachable(Bool, detail: String)
    /// A request is left alone for now.
    case leftAlone(request: String, quantity: String, method: String, reason: String)
    case taken(request: String, run: String, quantity: String, method: String, plan: Plan)
    case stepBegun(run: String, index: Int, count: Int, title: String)
    case stepProgress(run: String, text: String)
    case stepDone(run: String, index: Int)
    /// The result is durable here; delivery follows.
    case finished(run: String, request: String, result: String)
    case failed(run: String, request: String, reason: String)
    /// A run does not go on before an operator has answered.
    case asked(prompt: String, run: String, request: String, text: String)
    case resumed(run: String, request: String, answer: String, by: String)
    case delivered(request: String, result: String)
    /// Pages can be asked for.
    case consoleReady(url: String)
    /// Nobody may use the console yet: whoever has this code becomes its first user.
    case enrolmentCode(String, url: String)
    case notice(String)
}
