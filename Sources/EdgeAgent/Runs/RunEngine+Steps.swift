import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Single steps, between their intent and their outcome.
extension RunEngine {
    /// - Parameter sharesLines: whether it leaves the lines to others once nothing of it moves any more.
    func perform(
        _ run: RunInHand, from progress: RunProgress, sharesLines: Bool = false
    ) async throws -> [StepOutcome] {
        var outcomes: [StepOutcome] = []
        for (index, step) in run.plan.steps.enumerated() {
            if sharesLines, self.underWay[run.id]?.measurement == nil,
                let rest = run.plan.densimetry(from: index)
            {
                self.underWay.leaveLines(run.id, for: .init(instruments: rest.instruments, cells: rest.cells))
            }
            if let outcome = progress.outcomes[index], !progress.restoring.contains(index) {
                outcomes.append(outcome)
                continue
            }
            try Task.checkCancellation()
            self.observe(
                .stepBegun(run: run.id.description, index: index, count: run.plan.steps.count, title: step.title))
            try await self.journal.beginStep(
                index, of: run.id, kind: step.action.kind, description: try JSONValue(kept: step),
                isRepeatable: step.action.isRepeatable, isVerified: true)
            var outcome: StepOutcome
            do throws(DeviceError) {
                if case .askOperator(let question) = step.action {
                    outcome = .answered(try await self.awaitAnswer(to: question, index, of: run))
                } else {
                    let isResumed = progress.open?.index == index && progress.open?.mayHaveMoved == true
                    outcome = try await self.act(step.action, index, of: run, isResumed: isResumed)
                }
            } catch {
                await Task { await self.noteFailure(error, of: step.action, index, run.id) }.value
                throw error
            }
            switch outcome {
            case .measured(var measurement):
                measurement.content = self.content(ofCell: self.model.cell.instrument)
                outcome = .measured(measurement)
            case .densimetry(var densimetry):
                if case .measureDensity(let densimeter, let order, let cell) = step.action {
                    densimetry.content = self.content(ofCell: cell)
                    self.lastMethods[densimeter] = densimetry.failure == nil ? order.method : nil
                }
                outcome = .densimetry(densimetry)
            case .done, .dosed, .answered: break
            }
            try await self.note(outcome, of: step.action, index, run.id, .done, try JSONValue(kept: outcome))
            // No further step, and no result, on a picture of the liquids that is known to be wrong.
            if let gap {
                throw DeviceError(
                    .mismatch, device: "lab", command: step.title, gap, advice: "Then start the agent again.")
            }
            self.observe(.stepDone(run: run.id.description, index: index))
            outcomes.append(outcome)
        }
        return outcomes
    }

    private func content(ofCell instrument: String) -> [String: Double] {
        self.model.router.graph.cell(of: instrument).flatMap { self.fluid.content(of: $0).liquid?.shares } ?? [:]
    }

    /// Has the devices do a step, or what an interrupted attempt left of it.
    private func act(
        _ action: Action, _ index: Int, of run: RunInHand, isResumed: Bool
    ) async throws(DeviceError) -> StepOutcome {
        let observe = self.observe
        let note = { @Sendable (text: String) in
            observe(.stepProgress(run: run.id.description, text: text))
        }
        try self.requireDry(action)
        let journal = self.journal
        let markSent = { @Sendable () async throws(DeviceError) in
            guard !action.isRepeatable else { return }
            do throws(StoreError) {
                try await journal.markSent(step: index, of: run.id)
            } catch {
                throw DeviceError(
                    .refused, device: "journal", command: "note step \(index + 1) as sent", error.detail,
                    advice: "\(error.advice) Nothing was sent.")
            }
        }
        guard isResumed, case .moveSyringes(let dosing) = action else {
            return try await self.executor.perform(action, tag: run.prepared.sample.id, onProgress: note, markSent)
        }
        let levels = dosing.moves.reduce(into: [String: Volume]()) { levels, move in
            levels[move.pump] = self.fluid.syringes[move.pump]?.content.volume ?? .zero
        }
        let rest = try dosing.rest(from: levels, slowest: self.model.syringes.mapValues(\.flowRange.lowerBound))
        let outcome = try await self.executor.perform(
            .moveSyringes(rest), tag: run.prepared.sample.id, onProgress: note, markSent)
        guard case .dosed(let dosed) = outcome else { return outcome }
        return .dosed(dosing.whole(dosed, from: levels))
    }

    /// What was planned on a dry cell is not done through a wet one.
    private func requireDry(_ action: Action) throws(DeviceError) {
        let isForbidden: Bool
        do throws(RequestRefusal) {
            isForbidden = try self.fluid.forbids(action, through: self.model.router)
        } catch {
            throw DeviceError(
                .misconfigured, device: "lab", command: action.kind, error.reason,
                advice: "The tubing was changed since this was planned; plan again.")
        }
        guard isForbidden else { return }
        throw DeviceError(
            .unsafe, device: "lab", command: action.kind, "a cell on the way holds an aqueous standard",
            advice: "Rinse it by hand with a water-free solvent and dry it, then `edge-agent stock dried CELL`.")
    }

    /// Commits how a step ended together with the liquids that it moved.
    func note(
        _ outcome: StepOutcome, of action: Action, _ index: Int, _ run: UUIDv7, _ state: StepState, _ record: JSONValue
    ) async throws {
        let positions = try await self.laboratory.positions(after: outcome)
        var after = self.fluid
        do throws(RequestRefusal) {
            try after.apply(action, outcome, through: self.model.router)
        } catch {
            // What happened is kept all the same; the lab is held until somebody has set the picture right.
            after = self.fluid
            self.gap =
                "step \(index + 1) of run \(run) does not fit what stood in the tubes (\(error.reason)): "
                + "correct bottles, syringes and vials with `edge-agent stock`"
            self.observe(.notice(self.gap ?? ""))
        }
        // What measures beside the run that has the lines moves nothing, and must not take back what that one moved.
        guard after != self.fluid else {
            return try await self.journal.finishStep(index, of: run, state, outcome: record, stock: positions)
        }
        try await self.journal.finishStep(
            index, of: run, state, outcome: record,
            stock: [StockChange(key: Self.fluidKey, value: try JSONValue(kept: after))] + positions)
        self.replaceFluid(after)
    }

    /// Whoever is told to stop still has to read how far it came. A journal that does not take it must not hide why the
    /// step failed.
    private func noteFailure(_ error: DeviceError, of action: Action, _ index: Int, _ run: UUIDv7) async {
        do {
            // Before `sent` nothing has left; after it, no refusal says that nothing happened.
            let isSent = try await self.journal.steps(of: run).first { $0.index == index }?.state == .sent
            guard isSent else {
                return try await self.journal.finishStep(
                    index, of: run, .refused, outcome: ["error": .string(error.description)])
            }
            try await self.settle(action, index, run, .unknown, error.description)
        } catch {
            self.gap = "how far step \(index + 1) of run \(run) came is not in the journal: \(error)"
            self.observe(.notice(self.gap ?? ""))
        }
    }

    /// Notes a step that did not come to its end, with what it moved by the fill levels.
    func settle(
        _ action: Action, _ index: Int, _ run: UUIDv7, _ state: StepState, _ reason: String
    ) async throws {
        let (moved, unread) = await self.whatMoved(action)
        var record: JSONObject = ["error": .string(([reason] + unread).joined(separator: "; "))]
        if !unread.isEmpty { record["unread"] = true }
        if case .moveSyringes = action, unread.isEmpty { record["moved"] = try JSONValue(kept: moved) }
        try await self.note(moved, of: action, index, run, state, .object(record))
    }

    /// What an interrupted step did with the liquids, by the fill levels that the pumps report once they stand, and the
    /// pumps that cannot be read.
    private func whatMoved(_ action: Action) async -> (StepOutcome, unread: [String]) {
        // Liquids that gas may have pushed stay in the picture until somebody says that they were.
        guard case .moveSyringes(let dosing) = action else { return (.dosed([]), []) }
        var dosed: [StepOutcome.Dosed] = []
        var unread: [String] = []
        for move in dosing.moves {
            do throws(DeviceError) {
                let pump = try self.laboratory.pump(move.pump)
                try await pump.stop()
                let status = try await pump.status()
                guard status.isReferenced else {
                    unread.append("the drive of \(move.pump) has lost its position; its level means nothing")
                    continue
                }
                let level = status.fillLevel
                let way = min(move.from, move.to)...max(move.from, move.to)
                guard
                    (way.lowerBound - Interlocks.levelTolerance...way.upperBound + Interlocks.levelTolerance)
                        .contains(level)
                else {
                    unread.append("the syringe of \(move.pump) holds \(level), which this step does not lead to")
                    continue
                }
                dosed.append(.init(pump: move.pump, from: move.from, to: level))
            } catch {
                unread.append("what moved in \(move.pump) is not known: \(error)")
            }
        }
        return (.dosed(dosed), unread)
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
        case .measureDensity: "measure density"
        case .askOperator: "ask"
        case .fillByHand: "fill by hand"
        }
    }
}
