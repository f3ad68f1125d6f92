import DeviceKit
import Methods
import Protocols
import Store

/// What people do. A run of which they do every step holds no device, and any number of them go on beside the run that
/// has the lab: nothing of it is in memory, so that a restart changes nothing.
extension RunEngine {
    /// Begins a run that people serve. It is carried on by `carryOnManualRuns`.
    func beginManual(_ run: RunInHand) async throws(AgentError) {
        guard let method = run.method else { throw AgentError(.runFailed, "run \(run.id) is no request's") }
        try await self.begin(run)
        self.observe(
            .taken(
                request: run.requestID, run: run.id.description, quantity: method.quantity, method: method.name,
                plan: run.plan))
        self.journal.ringAnswer()
    }

    /// Tells at start what people were asked before, and lets go what was not begun. To be called once.
    func lookAfterManualRuns() async throws {
        for record in try await self.journal.unfinishedRuns() where record.isManual {
            if [.queued, .checking].contains(record.state) {
                try await self.journal.setRunState(record.id, .stopped, reason: "the agent ended before it was asked")
            } else if let prompt = try await self.journal.newestPrompt(of: record.id) {
                self.tell(prompt, of: record)
            }
        }
    }

    /// Takes what was answered, asks what comes next, and ends the runs of which everything is done. Moves nothing. One
    /// task alone may call it.
    func carryOnManualRuns() async throws {
        for record in try await self.journal.unfinishedRuns()
        where record.isManual && [.running, .awaitingOperator].contains(record.state) {
            do throws(AgentError) {
                try await self.carryOnManual(RunInHand(record, methods: self.methods), record.state)
            } catch {
                guard error.code != .storage else { throw error }
                self.observe(.notice("\(error); give it up: `edge-agent runs abandon \(record.id)`"))
            }
        }
    }

    private func carryOnManual(_ run: RunInHand, _ state: RunState) async throws(AgentError) {
        var outcomes: [StepOutcome] = []
        do {
            let past = try await self.journal.steps(of: run.id)
            for (index, step) in run.plan.steps.enumerated() {
                let record = past.first { $0.index == index }
                if record?.state == .done, let outcome = try record?.outcome?.decode(StepOutcome.self) {
                    outcomes.append(outcome)
                    continue
                }
                guard case .askOperator(let question) = step.action else { continue }
                if record == nil {
                    self.observe(
                        .stepBegun(
                            run: run.id.description, index: index, count: run.plan.steps.count, title: step.title))
                    try await self.journal.beginStep(
                        index, of: run.id, kind: step.action.kind, description: try JSONValue(kept: step),
                        isRepeatable: true)
                }
                guard let answered = try await self.answer(to: question, index, of: run) else {
                    if state == .running {
                        try await self.journal.setRunState(run.id, .awaitingOperator, reason: step.title)
                    }
                    return
                }
                let outcome = StepOutcome.answered(answered)
                try await self.journal.finishStep(index, of: run.id, .done, outcome: try JSONValue(kept: outcome))
                self.observe(.stepDone(run: run.id.description, index: index))
                outcomes.append(outcome)
            }
            if state == .awaitingOperator { try await self.journal.setRunState(run.id, .running) }
        } catch let error as StoreError where error.code == .illegalTransition || error.code == .notFound {
            // Given up in this very moment.
            return
        } catch {
            throw AgentError(error is DecodingError ? .badState : .storage, "run \(run.id): \(error)")
        }
        _ = try await self.conclude(run, outcomes)
    }

    // MARK: Questions

    /// Asks, unless it was asked before, perhaps by an earlier start.
    ///
    /// - Returns: what was answered; nil as long as nothing is.
    private func answer(
        to question: Question, _ index: Int, of run: RunInHand
    ) async throws -> StepOutcome.Answered? {
        let subject = Self.subject(of: index, of: run.id)
        if let prompt = try await self.journal.prompt(about: subject) {
            switch prompt.state {
            case .asked: return nil
            case .answered:
                guard let answer = prompt.answer.flatMap(OperatorAnswer.init) else {
                    throw AgentError(.badState, "the answer to prompt \(prompt.id) cannot be read")
                }
                return StepOutcome.Answered(answer: answer, person: prompt.answeredBy, time: prompt.changed.text)
            case .expired: break
            }
        }
        let complete = self.book.complete(question, in: self.journal.path)
        let prompt = try await self.journal.ask(
            JSONValue(kept: complete), run: run.id, about: subject, due: question.due)
        self.tell(complete, prompt, run: run.id, request: run.requestID)
        return nil
    }

    /// Has a run that moves things wait for a person.
    func awaitAnswer(
        to question: Question, _ index: Int, of run: RunInHand
    ) async throws(DeviceError) -> StepOutcome.Answered {
        let signs = self.journal.answerSigns()
        do {
            if let answered = try await self.answer(to: question, index, of: run) { return answered }
            for await _ in signs {
                if let answered = try await self.answer(to: question, index, of: run) { return answered }
            }
        } catch {
            throw DeviceError(
                .refused, device: "operator", command: "ask", "\(error)",
                advice: "Resume the run when the journal can be written again.")
        }
        throw DeviceError(
            .cancelled, device: "operator", command: "ask", "stopped while waiting for an answer",
            advice: "Resume or abandon the run; the question stands.")
    }

    private static func subject(of step: Int, of run: UUIDv7) -> String { "step \(run) \(step + 1)" }
}
