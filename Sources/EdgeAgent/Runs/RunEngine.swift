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
    private let model: LabModel
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
        self.model = model
        self.observe = observe
        self.fluid = try await Self.restore(model, from: journal)
    }

    /// Takes over what an operator did to the liquids by hand; see `correct`.
    func replaceFluid(_ fluid: FluidState) { self.fluid = fluid }

    /// Notes the claim to a request before it is reserved at the broker, so that no reservation is ever forgotten.
    func queue(_ prepared: PreparedRun, by method: any Method, request: JSONValue) async throws(AgentError) -> UUIDv7 {
        let memory = try JSONValue(kept: prepared)
        return try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.createRun(
                request: request, requestID: prepared.sample.request, quantity: method.quantity, method: method.name,
                memory: memory)
        }
    }

    /// Lets a claim go before anything has moved.
    func drop(_ run: UUIDv7, reason: String) async throws(AgentError) {
        try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.setRunState(run, .stopped, reason: reason)
        }
    }

    /// Serves a queued request from first step to durable result, then cleans up.
    ///
    /// - Parameter makeResult: turns the method's result into what is posted, checked against the capability.
    func serve(
        _ run: UUIDv7, _ prepared: PreparedRun, by method: any Method,
        makeResult: @Sendable (MethodResult, UUIDv7) throws(AgentError) -> NewResult
    ) async throws(AgentError) {
        let sample = prepared.sample
        do {
            if let obstacle { throw AgentError(.unavailable, obstacle) }
            try await self.journal.setRunState(run, .checking)
            try await self.journal.setRunState(run, .running)
            self.observe(
                .taken(
                    request: sample.request, run: run.description, quantity: method.quantity, method: method.name,
                    plan: prepared.plan))
            let outcomes = try await self.interruptible(run) {
                try await self.perform(prepared.plan, of: run, tag: sample.id)
            }
            let result = try method.result(of: prepared, outcomes: outcomes, fluid: self.fluid)
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

    /// To be called once at start, when the devices can be read. Nothing moves by itself after an unclean end: how far
    /// the last step came is read from the fill levels, and what was under way waits for an operator.
    func lookAfterUnfinishedRuns() async throws {
        let unfinished = try await self.journal.unfinishedRuns()
        for run in unfinished where run.state != .outcomeUnknown {
            let hasBegun = run.state != .queued && run.state != .checking
            if hasBegun { try await self.settleLastStep(of: run.id) }
            try await self.journal.setRunState(
                run.id, hasBegun ? .outcomeUnknown : .stopped,
                reason: "the agent ended while this was \(run.state.rawValue)")
        }
        self.halted = try await self.journal.hindrance(.halted)
        self.doubt = try await self.journal.hindrance(.doubt)
        if let open = try await self.journal.unfinishedRuns().last {
            await self.hold(because: Self.advice(for: open.id))
        } else if let obstacle {
            self.observe(.notice(obstacle))
        }
    }

    /// A step that was begun and has no end: what it moved shows in the fill levels.
    private func settleLastStep(of run: UUIDv7) async throws {
        guard let last = try await self.journal.steps(of: run).last, !last.state.isSettled,
            let step = try? last.description.decode(Step.self)
        else { return }
        let (moved, unread) = await self.whatMoved(step.action)
        try await self.note(
            moved, of: step.action, last.index, run, .unknown,
            ["error": .string((["the agent ended during this step"] + unread).joined(separator: "; "))])
    }

    /// Why the lab is not what the journal says: a plunger that stands elsewhere, or a syringe with another stock than
    /// the tables name. Read before each request, because hands and other programs move pumps, too.
    func discrepancy() async -> String? {
        for (node, pump) in self.laboratory.pumps.sorted(by: { $0.key < $1.key }) {
            let content = self.fluid.syringes[node]?.content ?? FluidPortion()
            do throws(DeviceError) {
                let level = try await pump.status().fillLevel
                guard (level - content.volume).magnitude <= Interlocks.levelTolerance else {
                    return
                        "the syringe of \(node) holds \(level), the journal says \(content.volume): empty it into the waste "
                        + "until it reads 0, then `edge-agent stock empty \(node)`"
                }
            } catch {
                return "\(error)"
            }
            let own = self.model.table.stocks.first { $0.pump == node }.map { FluidSource($0.id) } ?? .solvent
            if let foreign = content.sources.first(where: { $0 != own && $0 != .gas }),
                content.volume(of: foreign) > Interlocks.levelTolerance
            {
                return
                    "the syringe of \(node) holds \(content.volume(of: foreign)) of \(foreign), which is not its stock: "
                    + "empty it into the waste, then `edge-agent stock empty \(node)`"
            }
        }
        return nil
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
            if !(error is CancellationError) {
                let reason = "the lab was not cleaned: \(error); clean it, then `edge-agent runs abandon \(cleaning)`"
                await self.hold(because: reason)
                self.observe(.notice(reason))
            }
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
            var outcome: StepOutcome
            do throws(DeviceError) {
                let observe = self.observe
                outcome = try await self.executor.perform(step.action, tag: tag) { text in
                    observe(.stepProgress(run: run.description, text: text))
                }
            } catch {
                await Task { await self.noteFailure(error, of: step.action, index, run) }.value
                throw error
            }
            if case .measured(var measurement) = outcome,
                let cell = self.model.router.graph.cell(of: self.model.cell.instrument)
            {
                measurement.content = self.fluid.content(of: cell).liquid?.shares ?? [:]
                outcome = .measured(measurement)
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
        try after.apply(action, outcome, through: self.model.router)
        let change = after == self.fluid ? [] : [StockChange(key: Self.fluidKey, value: try JSONValue(kept: after))]
        try await self.journal.finishStep(index, of: run, state, outcome: record, stock: change)
        self.fluid = after
    }

    /// Whoever is told to stop still has to read how far it came. A journal that does not take it must not hide why the
    /// step failed.
    private func noteFailure(_ error: DeviceError, of action: Action, _ index: Int, _ run: UUIDv7) async {
        let (moved, unread) = await self.whatMoved(action)
        if !unread.isEmpty { await self.hold(because: unread.joined(separator: "; ")) }
        do {
            try await self.note(
                moved, of: action, index, run, error.leavesOutcomeOpen(of: action) ? .unknown : .refused,
                ["error": .string(([error.description] + unread).joined(separator: "; "))])
        } catch {
            let reason = "how far step \(index) of run \(run) came is not in the journal: \(error)"
            self.observe(.notice(reason))
            await self.hold(because: reason)
        }
    }

    /// What an interrupted step did with the liquids, by the fill levels that the pumps report once they stand, and the
    /// pumps that cannot be read.
    private func whatMoved(_ action: Action) async -> (StepOutcome, unread: [String]) {
        guard case .moveSyringes(let dosing) = action else { return (.done, []) }
        var dosed: [StepOutcome.Dosed] = []
        var unread: [String] = []
        for move in dosing.moves {
            do throws(DeviceError) {
                let pump = try self.laboratory.pump(move.pump)
                try await pump.stop()
                dosed.append(.init(pump: move.pump, from: move.from, to: try await pump.status().fillLevel))
            } catch {
                unread.append("what moved in \(move.pump) is not known: \(error)")
            }
        }
        return (.dosed(dosed), unread)
    }

    /// Leaves the hardware safe and the reason in the journal, whatever else fails.
    private func fail(_ run: UUIDv7, _ error: any Error, reason: String) async {
        let unstopped = await self.laboratory.halt()
        let code = (error as? DeviceError)?.code
        let isStop = error is CancellationError || code == .cancelled
        let leavesDoubt = code.map { [.faulted, .unknownOutcome, .mismatch, .unsafe, .absent].contains($0) } ?? false
        if leavesDoubt || !unstopped.isEmpty {
            await self.hold(
                because: "run \(run) failed: \(reason); look at the lab, then `edge-agent runs abandon \(run)`")
        }
        let all = ([self.halted ?? reason] + unstopped.map { "not stopped: \($0)" }).joined(separator: "; ")
        do {
            if isStop || self.halted != nil {
                try await self.journal.setRunState(run, .stopping, reason: all)
                try await self.journal.setRunState(run, .stopped, reason: all)
            } else {
                try await self.journal.setRunState(
                    run, code == .unknownOutcome ? .outcomeUnknown : .failed, reason: all)
            }
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
