import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Carries out runs: one at a time, every step journaled before its bytes leave and after its answer.
actor RunEngine {
    static let fluidKey = "fluid"

    let journal: Journal
    private let laboratory: Laboratory
    private let executor: StepExecutor
    private let router: Router
    let observe: @Sendable (AgentEvent) -> Void
    /// Which liquid stands where, as of the last step.
    private(set) var fluid: FluidState
    /// By whom and when the lab was halted, until it is released.
    var halted: String?
    /// Why the lab is not in a known state, until an operator has looked.
    var doubt: String?
    /// The run that moves something now.
    var underWay: UnderWay?

    init(
        journal: Journal, laboratory: Laboratory, executor: StepExecutor, model: LabModel,
        observe: @escaping @Sendable (AgentEvent) -> Void
    ) async throws(AgentError) {
        self.journal = journal
        self.laboratory = laboratory
        self.executor = executor
        self.router = model.router
        self.observe = observe
        self.fluid = try await Self.restore(model, from: journal)
    }

    /// Takes over what an operator did to the liquids by hand; see `correct`.
    func replaceFluid(_ fluid: FluidState) { self.fluid = fluid }

    /// Serves a request from first step to durable result, then cleans up.
    ///
    /// - Parameter makeResult: turns the method's result into what is posted, checked against the capability.
    func serve(
        _ prepared: PreparedRun, by method: any Method, request: JSONValue,
        makeResult: @Sendable (MethodResult, UUIDv7) throws(AgentError) -> NewResult
    ) async throws(AgentError) {
        if let obstacle { throw AgentError(.unavailable, obstacle) }
        let sample = prepared.sample
        let memory = try JSONValue(kept: prepared)
        let run = try await AgentError.wrap { () async throws(StoreError) in
            let run = try await self.journal.createRun(
                request: request, requestID: sample.request, quantity: method.quantity, method: method.name,
                memory: memory)
            try await self.journal.setRunState(run, .checking)
            try await self.journal.setRunState(run, .running)
            return run
        }
        self.observe(
            .taken(
                request: sample.request, run: run.description, quantity: method.quantity, method: method.name,
                plan: prepared.plan))
        do {
            let outcomes = try await self.interruptible(run) {
                try await self.perform(prepared.plan, of: run, tag: sample.id)
            }
            let result = try method.result(of: prepared, outcomes: outcomes)
            let id = self.journal.ids.make()
            let new = try makeResult(result, id)
            try await self.journal.finishRun(
                run, with: new,
                rawFiles: result.rawFiles.map { RawFile(path: $0.path, sha256: $0.sha256, size: Int64($0.byteCount)) })
            self.observe(.finished(run: run.description, request: sample.request, result: id.description))
        } catch {
            let reason = "\(error)"
            await self.fail(run, error, reason: reason)
            self.observe(.failed(run: run.description, request: sample.request, reason: reason))
            throw AgentError(.runFailed, reason)
        }
        try await self.cleanUp(after: run, prepared)
    }

    /// To be called once at start: nothing moves by itself after an unclean end. What was under way waits for an operator.
    func lookAfterUnfinishedRuns() async throws(AgentError) {
        let unfinished = try await AgentError.wrap { () async throws(StoreError) in try await self.journal.unfinishedRuns() }
        for run in unfinished where run.state != .outcomeUnknown {
            try await AgentError.wrap { () async throws(StoreError) in
                try await self.journal.setRunState(
                    run.id, run.state == .queued || run.state == .checking ? .failed : .outcomeUnknown,
                    reason: "the agent ended while this was \(run.state.rawValue)")
            }
        }
        try await AgentError.wrap { () async throws(StoreError) in
            self.halted = try await self.journal.hindrance(.halted)
            self.doubt = try await self.journal.hindrance(.doubt)
        }
        if let open = unfinished.last { await self.hold(because: Self.advice(for: open.id)) }
        if let obstacle { self.observe(.notice(obstacle)) }
    }

    /// Rinsing and drying is a run of its own: the result is safe by then, whatever happens to the cleaning.
    private func cleanUp(after run: UUIDv7, _ prepared: PreparedRun) async throws(AgentError) {
        guard !prepared.cleanup.steps.isEmpty else { return }
        let memory = try JSONValue(kept: prepared)
        let cleaning = try await AgentError.wrap { () async throws(StoreError) in
            let cleaning = try await self.journal.createRun(
                request: .null, requestID: "cleaning after \(run)", quantity: "lab", method: "clean",
                memory: memory)
            try await self.journal.setRunState(cleaning, .checking)
            try await self.journal.setRunState(cleaning, .running)
            return cleaning
        }
        do {
            _ = try await self.interruptible(cleaning) {
                try await self.perform(prepared.cleanup, of: cleaning, tag: prepared.sample.id)
            }
            try await self.journal.setRunState(cleaning, .finishing)
            try await self.journal.setRunState(cleaning, .succeeded)
        } catch {
            await self.fail(cleaning, error, reason: "\(error)")
            await self.hold(
                because: "the lab was not cleaned: \(error); clean it, then `edge-agent runs abandon \(cleaning)`")
            throw AgentError(.runFailed, "cleaning after run \(run): \(error)")
        }
    }

    private func perform(_ plan: Plan, of run: UUIDv7, tag: String) async throws -> [StepOutcome] {
        var outcomes: [StepOutcome] = []
        for (index, step) in plan.steps.enumerated() {
            try Task.checkCancellation()
            self.observe(
                .stepBegun(run: run.description, index: index, count: plan.steps.count, title: step.title))
            try await self.journal.beginStep(
                index, of: run, kind: step.action.kind, description: try JSONValue(kept: step),
                isRepeatable: step.action.isRepeatable)
            let outcome: StepOutcome
            do throws(DeviceError) {
                let observe = self.observe
                outcome = try await self.executor.perform(step.action, tag: tag) { text in
                    observe(.stepProgress(run: run.description, text: text))
                }
            } catch {
                // Whoever is told to stop still has to read how far it came.
                let moved = await Task { await self.whatMoved(step.action) }.value
                try await self.note(
                    moved, of: step.action, index, run, error.leavesOutcomeOpen(of: step.action) ? .unknown : .refused,
                    ["error": .string(error.description)])
                throw error
            }
            try await self.note(outcome, of: step.action, index, run, .done, try JSONValue(kept: outcome))
            self.observe(.stepDone(run: run.description, index: index))
            outcomes.append(outcome)
        }
        return outcomes
    }

    /// Commits how a step ended together with the liquids that it moved.
    private func note(
        _ outcome: StepOutcome, of action: Action, _ index: Int, _ run: UUIDv7, _ state: StepState, _ record: JSONValue
    ) async throws {
        var after = self.fluid
        try after.apply(action, outcome, through: self.router)
        let change = after == self.fluid ? [] : [StockChange(key: Self.fluidKey, value: try JSONValue(kept: after))]
        try await self.journal.finishStep(index, of: run, state, outcome: record, stock: change)
        self.fluid = after
    }

    /// What an interrupted step did with the liquids, by the fill levels that the pumps report once they stand.
    private func whatMoved(_ action: Action) async -> StepOutcome {
        guard case .moveSyringes(let dosing) = action else { return .done }
        var dosed: [StepOutcome.Dosed] = []
        for move in dosing.moves {
            guard let pump = self.laboratory.pumps[move.pump] else { continue }
            // A pump that cannot be stopped or read is an obstacle of its own; the others are still worth reading.
            try? await pump.stop()
            guard let status = try? await pump.status() else { continue }
            dosed.append(.init(pump: move.pump, from: move.from, to: status.fillLevel))
        }
        return .dosed(dosed)
    }

    /// Leaves the hardware safe and the reason in the journal, whatever else fails.
    private func fail(_ run: UUIDv7, _ error: any Error, reason: String) async {
        let unstopped = await self.laboratory.halt()
        let code = (error as? DeviceError)?.code
        let open = code == .unknownOutcome
        let leavesDoubt = code.map { [.faulted, .unknownOutcome, .mismatch, .unsafe, .absent].contains($0) } ?? false
        if leavesDoubt || !unstopped.isEmpty {
            await self.hold(because: "run \(run) failed: \(reason); look at the lab, then `edge-agent runs abandon \(run)`")
        }
        let all = ([reason] + unstopped.map { "not stopped: \($0)" }).joined(separator: "; ")
        do {
            if let halted {
                try await self.journal.setRunState(run, .stopping, reason: halted)
                try await self.journal.setRunState(run, .stopped, reason: "\(halted): \(all)")
                return
            }
            try await self.journal.setRunState(run, open ? .outcomeUnknown : .failed, reason: all)
        } catch {
            self.observe(.notice("the journal did not take the end of run \(run): \(error)"))
        }
    }

    private static func restore(_ model: LabModel, from journal: Journal) async throws(AgentError) -> FluidState {
        let kept = try await AgentError.wrap { () async throws(StoreError) in try await journal.stock(Self.fluidKey) }
        if let kept {
            guard let fluid = try? kept.value.decode(FluidState.self) else {
                throw AgentError(.badState, "what stands in the tubes is kept in a form that this version cannot read")
            }
            let changed = fluid.mismatches(with: model.router.graph)
            guard changed.isEmpty else {
                throw AgentError(
                    .badState,
                    "the tubing was changed since the agent last ran: \(changed.joined(separator: ", ")). "
                        + "Rinse and dry the lab, then start with a fresh state directory.")
            }
            return fluid
        }
        do throws(FluidStateError) {
            return try FluidState(describing: model)
        } catch {
            throw AgentError(.badState, "\(error)")
        }
    }
}

extension Action {
    /// The word by which the journal lists the step.
    var kind: String {
        switch self {
        case .turnValves: "turn valves"
        case .setRelay: "set relay"
        case .moveSyringes(let dosing): dosing.purpose.rawValue
        case .settle: "settle"
        case .blow: "blow"
        case .measureImpedance: "measure impedance"
        }
    }
}

extension DeviceError {
    /// Whether something may have moved that must not move twice.
    func leavesOutcomeOpen(of action: Action) -> Bool {
        !action.isRepeatable && ![.refused, .unsafe, .absent, .misconfigured].contains(self.code)
    }
}
