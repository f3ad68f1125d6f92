import DeviceKit
import Glibc
public import Methods
public import Protocols
import Store

/// The way to what an agent remembers: through its socket while it runs, otherwise the journal itself, under the state
/// directory's lock.
public struct AgentAccess: Sendable {
    private enum Way: Sendable {
        case running(ControlClient)
        case idle(Journal)
    }

    private let way: Way

    /// - Parameter mayBegin: whether a journal is begun where no agent has ever run.
    /// - Throws: `.inputOutput` where no agent has ever run, `.unavailable` if one has the directory but does not answer.
    public init(stateDirectory: String, mayBegin: Bool = false) async throws(OperatorError) {
        let client = ControlClient(stateDirectory: stateDirectory)
        guard mayBegin || Self.isPresent(in: stateDirectory) else {
            throw OperatorError(
                .inputOutput,
                "\(stateDirectory) holds no journal: no agent has worked with it yet; check --state or --config")
        }
        // An agent that starts or ends has the lock, but does not listen yet, or no more.
        let deadline = ContinuousClock.now + .seconds(3)
        while true {
            if await client.isAnswered(within: .seconds(2)) {
                self.way = .running(client)
                return
            }
            do throws(StoreError) {
                self.way = .idle(try Journal(in: StateDirectory(path: stateDirectory)))
                return
            } catch {
                guard error.code == .locked, ContinuousClock.now < deadline else {
                    throw OperatorError(describing: error)
                }
            }
            try? await ContinuousClock().sleep(for: .milliseconds(100))
        }
    }

    /// The way to an agent that runs; nil if none does. Never takes the journal itself.
    public init?(runningIn stateDirectory: String) async {
        let client = ControlClient(stateDirectory: stateDirectory)
        guard await client.isAnswered(within: .seconds(2)) else { return nil }
        self.way = .running(client)
    }

    /// Whether an agent has ever worked with a state directory.
    public static func isPresent(in stateDirectory: String) -> Bool {
        access("\(stateDirectory)/journal.sqlite", F_OK) == 0
    }

    /// Whether an agent runs.
    public var isRunning: Bool { if case .running = self.way { true } else { false } }

    /// - Parameters:
    ///   - lab: the lab as described, for requests about its liquids; a running agent uses its own.
    ///   - laboratory: its devices, for requests about them.
    public func ask(
        _ request: OperatorRequest, in lab: LabModel? = nil, of laboratory: Laboratory? = nil,
        within limit: Duration = .seconds(30)
    ) async throws(OperatorError) -> JSONValue {
        switch self.way {
        case .running(let client): try await client.ask(request, within: limit)
        case .idle(let journal):
            try await OperatorDesk(
                journal: journal, laboratory: laboratory, model: lab
            ).answer(request)
        }
    }

    public func ask<Answer: Decodable & Sendable>(
        _ request: OperatorRequest, as type: Answer.Type = Answer.self, in lab: LabModel? = nil
    ) async throws(OperatorError) -> Answer {
        let json = try await self.ask(request, in: lab)
        do {
            return try json.decode(Answer.self)
        } catch {
            throw OperatorError(
                .unavailable, "the agent's answer cannot be read; do agent and command have the same version? \(error)")
        }
    }

    /// Asks devices where no agent has ever run: nothing is written down.
    public static func askDevices(
        _ request: OperatorRequest, of laboratory: Laboratory
    ) async throws(OperatorError) -> JSONValue {
        if case .perform(let name, _, _, _) = request, laboratory.pumps.values.contains(where: { $0.name == name }) {
            throw OperatorError(
                .unavailable,
                "what is done to \(name) is written down, and no agent has worked with this lab yet: start it first")
        }
        return switch request {
        case .describeDevice(let name): try DescribedDevice(name, in: laboratory).description
        case .readDevice(let name, let states): try await DescribedDevice(name, in: laboratory).read(states)
        case .perform(let name, let action, let arguments, _):
            try await DescribedDevice(name, in: laboratory).perform(action, arguments)
        default: throw OperatorError(.unavailable, "no agent has worked with this lab yet")
        }
    }

    public func memory() async throws(OperatorError) -> LabMemory {
        let json = try await self.ask(.memory)
        return try await OperatorError.wrap { () async throws in try LabMemory(parsing: json) }
    }

    /// Leaves the journal as it was found: one that was not closed cleanly by its agent does not become so here.
    public func close() async throws(OperatorError) {
        guard case .idle(let journal) = self.way else { return }
        try await OperatorError.wrap { () async throws in
            guard journal.hadCleanShutdown else { return try await journal.leaveUnclean() }
            try await journal.close()
        }
    }
}
