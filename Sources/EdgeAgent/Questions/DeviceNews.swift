import DeviceKit

/// What the agent tells of its devices, for whoever asks people about them.
struct DeviceNews: Sendable {
    struct Fault: Sendable, Hashable {
        var state: DeviceState
        var reason: String
    }

    /// A device, and what is wrong with it; nil when it is well.
    typealias Change = (device: String, fault: Fault?)

    /// For one listener.
    let changes: AsyncStream<Change>
    private let sender: AsyncStream<Change>.Continuation

    init() {
        // The newest word of each device counts; no lab has more of them.
        (self.changes, self.sender) = AsyncStream.makeStream(
            of: Change.self, bufferingPolicy: .bufferingNewest(1000))
    }

    /// Takes note of what the agent tells. Returns at once.
    func note(_ event: AgentEvent) {
        switch event {
        case .deviceReady(let name, _): self.sender.yield((name, nil))
        case .deviceState(let name, let state, let reason):
            // What is being looked at, or asked about already, needs no further question.
            guard [.absent, .faulted, .unsafe].contains(state) else { return }
            self.sender.yield((name, Fault(state: state, reason: reason)))
        default: break
        }
    }
}
