import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// The inside of a pump's server: it polls the drive, remembers executions of commands, and keeps the units.
///
/// Properties show what the last poll saw. “Finished successfully” only says that the drive rests without a fault:
/// a dose that was stopped or replaced ends so too.
actor PumpServerState: PropertySource {
    struct Polled: Sendable, Equatable {
        var model: SyringePumpModelState
        var units = PumpUnits()
        var isInitializing = false
    }

    typealias Values = Polled?

    private let model: any SyringePumpModel
    private let clock: LabClock
    private(set) var behaviour: SiLABehaviour
    private(set) var units = PumpUnits()
    private var feed: PropertyFeed<Polled?> = PropertyFeed(nil)
    private var executions: [String: DosingExecution] = [:]
    private var executionOrder: [String] = []
    private var running: String?
    private var isInitializing = false
    /// Counts what clients did, so that a look at the drive from before is not taken for one from after.
    private var acts = 0
    private var looks = 0
    private var lookShown = 0

    init(model: any SyringePumpModel, clock: LabClock, behaviour: SiLABehaviour) {
        self.model = model
        self.clock = clock
        self.behaviour = behaviour
    }

    // MARK: Properties

    func subscribe() -> (key: Int, values: AsyncStream<Polled?>) { self.feed.subscribe() }
    func unsubscribe(_ key: Int) { self.feed.unsubscribe(key) }
    func systemState() -> String { self.behaviour.systemState }
    func change(_ edit: @Sendable (inout SiLABehaviour) -> Void) { edit(&self.behaviour) }

    /// Looks at the drive again and again until cancelled.
    func poll() async {
        while !Task.isCancelled {
            await self.look()
            // In a lab that runs faster than real time the polls are thinned out; what matters is looked at in time.
            let shortest: Duration = self.running == nil ? .milliseconds(50) : .milliseconds(5)
            try? await Task.sleep(for: max(self.clock.wall(self.behaviour.pollPeriod), shortest))
        }
    }

    /// Looks at the drive once and shows what it sees.
    func look() async {
        self.looks += 1
        let number = self.looks
        let actsBefore = self.acts
        let lookedAt = self.clock.now
        let state = await self.model.state()
        guard number > self.lookShown else { return }
        self.lookShown = number
        self.feed.publish(Polled(model: state, units: self.units, isInitializing: self.isInitializing))
        if self.acts == actsBefore { self.advance(state, at: lookedAt) }
    }

    private func look(after pause: Duration) {
        Task {
            try? await self.clock.sleep(for: pause)
            await self.look()
        }
    }

    // MARK: Settings

    func set(_ edit: @Sendable (inout PumpUnits) -> Void) {
        edit(&self.units)
        self.look(after: self.behaviour.pollPeriod)
    }

    func act(_ act: @Sendable (any SyringePumpModel) async -> Void) async {
        await act(self.model)
        self.acts += 1
        self.look(after: self.behaviour.pollPeriod)
    }

    /// Holds a call for as long as the server is to be silent.
    func gate(_ context: ServerContext) async throws {
        while self.behaviour.isSilent, !context.cancellation.isCancelled {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    // MARK: Executions

    /// Takes a command and begins with it; what becomes of it, the execution tells.
    func begin(_ command: DosingCommand) -> SiLACommandConfirmation {
        let execution = DosingExecution(id: Self.makeUUID())
        self.executions[execution.id] = execution
        self.executionOrder.append(execution.id)
        if self.executionOrder.count > 64 { self.executions[self.executionOrder.removeFirst()] = nil }
        Task { await self.run(command, execution.id) }
        return .with { $0.commandExecutionUuid.value = execution.id }
    }

    func infos(of id: String) throws(SiLARefusal) -> AsyncStream<SiLAExecutionInfo> {
        guard let infos = self.executions[id]?.listen() else { throw self.unknown(id) }
        return infos
    }

    /// Throws what the execution came to unless it ended well.
    func checkResult(of id: String) throws(SiLARefusal) {
        guard let execution = self.executions[id] else { throw self.unknown(id) }
        guard execution.isEnded else {
            throw .framework(.commandExecutionNotFinished, "The execution \(id) has not finished yet.")
        }
        if let refusal = execution.refusal { throw refusal }
    }

    /// Stops the plunger. A dose that is just about to start, after its pause, starts all the same.
    func stopDosage() async {
        await self.model.stop()
        self.acts += 1
        if let id = self.running, self.executions[id]?.phase == .moving { self.settle(id) }
        self.look(after: self.behaviour.pollPeriod)
    }

    func forgetExecutions() {
        for id in self.executionOrder { self.executions[id]?.abandon() }
        self.executions = [:]
        self.executionOrder = []
        self.running = nil
    }

    private func unknown(_ id: String) -> SiLARefusal {
        .framework(.invalidCommandExecutionUuid, "There is no execution \(id).")
    }

    private func run(_ command: DosingCommand, _ id: String) async {
        let state = await self.model.state()
        if case .initialize = command {
            self.isInitializing = true
        } else if self.behaviour.generation == .v1_10, state.isFaulted || !state.isEnabled {
            self.end(
                id,
                .defined(
                    SiLAFeature.dosing, state.isFaulted ? "PumpIsInFaultState" : "PumpIsNotEnabled",
                    "The pump's drive is \(state.isFaulted ? "in a fault state" : "not enabled")."))
            return
        }
        switch command.motion(of: state, units: self.units) {
        case .failure(let refusal): self.end(id, refusal)
        case .success(let motion): await self.start(motion, id)
        }
    }

    private func start(_ motion: DosingCommand.Motion, _ id: String) async {
        let previous = self.running
        self.running = id
        self.executions[id]?.phase = .pausing
        await self.model.stop()
        self.acts += 1
        if let previous { self.end(previous, nil) }
        if previous != nil || self.behaviour.startPause > .zero {
            try? await self.clock.sleep(for: self.behaviour.startPause)
        }
        guard self.running == id else { return }
        if self.behaviour.liesAboutDoses {
            self.end(id, nil)
            return
        }
        let state = await self.model.state()
        let duration = await self.command(motion, state)
        guard self.running == id else { return }
        self.acts += 1
        self.executions[id]?.startLevel = state.fillLevel
        self.executions[id]?.begun = self.clock.now
        self.executions[id]?.estimate = duration + .seconds(2)
        self.executions[id]?.phase = .moving
        self.executions[id]?.tell(.waiting, progress: 0, remaining: nil)
        self.executions[id]?.tell(.waiting, progress: 0, remaining: duration + .seconds(2))
        self.look(after: self.behaviour.pollPeriod)
        self.look(after: duration)
        self.look(after: duration + self.behaviour.pollPeriod)
    }

    /// Has the model begin, and says how long it will take.
    private func command(_ motion: DosingCommand.Motion, _ state: SyringePumpModelState) async -> Duration {
        switch motion {
        case .move(let goal, let flow):
            await self.model.move(toFillLevel: goal, at: flow)
            return (goal - state.fillLevel).magnitude / flow
        case .flow(let flow):
            await self.model.generate(flow: flow)
            return (flow > .zero ? state.fillLevel : state.capacity - state.fillLevel) / flow.magnitude
        case .reference:
            await self.model.reference()
            return .seconds(58)
        }
    }

    /// - Parameter time: when the drive was looked at. By now much more lab time may have passed, in which it has moved on.
    private func advance(_ state: SyringePumpModelState, at time: LabClock.Instant) {
        guard let id = self.running, let execution = self.executions[id] else { return }
        let elapsed = execution.begun.duration(to: time)
        switch execution.phase {
        case .moving where !state.isMoving: self.settle(id)
        case .moving where elapsed > execution.estimate:
            self.end(id, .undefined("RuntimeError - Timeout while waiting for the dosage to finish."))
        case .moving:
            let left = execution.estimate - elapsed
            self.executions[id]?.tell(
                .running, progress: min(1, elapsed / execution.estimate), remaining: left)
        case .settling(let until) where until <= time:
            guard state.isEnabled, !state.isFaulted else {
                self.end(id, .undefined("RuntimeError - The dosage did not finish successfully."))
                return
            }
            self.end(id, nil)
        case .settling, .waiting, .pausing, .ended: break
        }
    }

    private func settle(_ id: String) {
        self.executions[id]?.phase = .settling(until: self.clock.now.advanced(by: self.behaviour.endPause))
        self.look(after: self.behaviour.endPause)
    }

    private func end(_ id: String, _ refusal: SiLARefusal?) {
        if self.running == id { self.running = nil }
        self.isInitializing = false
        self.executions[id]?.refusal = refusal
        self.executions[id]?.phase = .ended(failed: refusal != nil)
        self.executions[id]?.tell(
            refusal == nil ? .finishedSuccessfully : .finishedWithError, progress: 1, remaining: .zero)
        self.look(after: self.behaviour.pollPeriod)
    }

    private static func makeUUID() -> String {
        let digits = (0..<32).map { _ in String(Int.random(in: 0..<16), radix: 16) }
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }.joined(separator: "-")
    }
}
