import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Runs that were interrupted: by a crash, a device, or an operator's wish. None of them moves anything before an
/// operator has answered.
extension RunEngine {
    /// To be called once at start, when the devices can be read. How far an open step came is read from the fill levels.
    /// A run whose steps are all done gets its result, for which nothing has to move; every other one asks.
    func lookAfterUnfinishedRuns() async throws {
        for record in try await self.journal.unfinishedRuns() where !record.isManual {
            let reason = "the agent ended while it was \(record.state.rawValue)"
            switch record.state {
            case .queued, .checking:
                if record.isCleaning {
                    await self.suspend(try RunInHand(record, methods: self.methods), because: "the lab was not cleaned")
                } else {
                    try await self.journal.setRunState(record.id, .stopped, reason: reason)
                }
            case .awaitingOperator:
                self.waiting.append(record.id)
                if let prompt = try await self.journal.newestPrompt(of: record.id) { self.tell(prompt, of: record) }
            default: try await self.lookAfter(RunInHand(record, methods: self.methods), because: reason)
            }
        }
        self.isLookedAfter = true
        if let obstacle { self.observe(.notice(obstacle)) }
    }

    private func lookAfter(_ run: RunInHand, because reason: String) async throws {
        for step in try await self.journal.steps(of: run.id) where [.intent, .sent].contains(step.state) {
            guard let action = try? step.description.decode(Step.self).action else { continue }
            // Before `sent` nothing has left.
            let isCertain = action.isRepeatable || step.state == .intent
            try await self.settle(
                action, step.index, run.id, isCertain ? .refused : .unknown, "the agent ended during this step")
        }
        let progress = try RunProgress(of: run.plan, steps: await self.journal.steps(of: run.id))
        guard progress.open == nil else { return await self.suspend(run, because: reason) }
        let outcomes = run.plan.steps.indices.compactMap { progress.outcomes[$0] }
        guard let cleaning = try await self.conclude(run, outcomes) else { return }
        await self.suspend(cleaning, because: "the lab was not cleaned, since \(reason)")
    }

    /// Leaves the hardware safe and the reason in the journal, whatever else fails.
    func end(_ run: RunInHand, interruptedBy error: any Error) async {
        let underWay = self.underWay
        let unstopped = await self.laboratory.halt { underWay.concerns($0, endOf: run.id) }.map { "not stopped: \($0)" }
        let isStop = error is CancellationError || (error as? DeviceError)?.code == .cancelled
        let wish = self.underWay[run.id]?.stoppedBy.map { "stopped by \($0)" }
        let cause = isStop ? self.halted ?? wish ?? "the agent was told to end" : "\(error)"
        let reason = ([cause] + unstopped).joined(separator: "; ")
        do {
            // Ended on demand, with everything known: the request can be served anew. Whatever else it was, is asked.
            let isSettled = try await self.journal.steps(of: run.id).allSatisfy {
                ($0.state.isSettled || $0.outcome?["moved"] != nil) && $0.outcome?["unread"] == nil
            }
            if isStop, wish == nil, unstopped.isEmpty, isSettled, !run.isCleaning {
                try await self.journal.setRunState(run.id, .stopping, reason: reason)
                try await self.journal.setRunState(run.id, .stopped, reason: reason)
                self.observe(.failed(run: run.id.description, request: run.requestID, reason: reason))
            } else {
                await self.suspend(run, because: reason)
            }
        } catch {
            self.gap = "the journal did not take the end of run \(run.id): \(error)"
            self.observe(.notice(self.gap ?? ""))
        }
    }

    /// Lets a run wait for an operator.
    func suspend(_ run: RunInHand, because reason: String) async {
        do {
            let progress = try RunProgress(of: run.plan, steps: await self.journal.steps(of: run.id))
            let question = Question(about: run, progress, because: reason)
            let prompt = try await self.journal.suspendRun(
                run.id, reason: reason, asking: JSONValue(kept: question))
            if !self.waiting.contains(run.id) { self.waiting.append(run.id) }
            self.tell(question, prompt, run: run.id, request: run.requestID)
        } catch {
            self.gap = "run \(run.id) does not go on (\(reason)), and the journal did not take that: \(error)"
            self.observe(.notice(self.gap ?? ""))
        }
    }

    func tell(_ prompt: Prompt, of run: RunRecord) {
        guard prompt.state == .asked, let question = try? prompt.question.decode(Question.self) else { return }
        self.tell(question, prompt.id, run: run.id, request: run.requestID)
    }

    func tell(_ question: Question, _ prompt: UUIDv7, run: UUIDv7, request: String) {
        self.observe(
            .asked(prompt: prompt.description, run: run.description, request: request, text: question.text))
    }

    // MARK: Going on

    /// Does what operators have answered, run by run, until nothing more is answered.
    func carryOnAnswered() async throws {
        while let (id, answer, person) = try await self.nextAnswered() {
            guard let record = try await self.journal.run(id) else { return }
            // Nothing suspends from here to the run's beginning.
            guard self.underWay.withLines == nil, self.byHand == nil, self.waiting.contains(id) else { return }
            self.underWay.begin(id)
            defer { self.underWay.end(id) }
            do throws(AgentError) {
                try await self.carryOn(RunInHand(record, methods: self.methods), answer, by: person)
            } catch {
                // Told where it happened; a run that failed again waits again.
                if error.code == .storage { throw error }
            }
        }
    }

    /// The oldest run whose answer can be done now.
    private func nextAnswered() async throws -> (run: UUIDv7, answer: RunAnswer, person: String)? {
        guard self.halted == nil else { return nil }
        let waiting = try await self.waitingRuns()
        for id in self.waiting {
            guard let prompt = try await self.journal.newestPrompt(of: id), prompt.state == .answered,
                let answer = prompt.answer?.string.flatMap(RunAnswer.init), answer != .abandon,
                try await self.journal.run(id)?.state == .awaitingOperator,
                let run = waiting.first(where: { $0.id == id })
            else { continue }
            let graph = self.model.router.graph
            guard let first = waiting.first(where: { $0.goesBefore(run, in: graph) }) else {
                return (id, answer, prompt.answeredBy)
            }
            self.observe(.notice("run \(id) goes on after run \(first.id), which waits, too: answer that one"))
        }
        return nil
    }

    private func waitingRuns() async throws -> [WaitingRun] {
        var waiting: [WaitingRun] = []
        for id in self.waiting {
            guard let record = try await self.journal.run(id) else { continue }
            let steps = try await self.journal.steps(of: id)
            do throws(AgentError) {
                waiting.append(try WaitingRun(RunInHand(record, methods: self.methods), steps))
            } catch {
                guard error.code == .badState else { throw error }
                self.observe(.notice("\(error); give it up: `edge-agent runs abandon \(id)`"))
            }
        }
        return waiting
    }

    /// - Precondition: the run is `underWay`.
    private func carryOn(_ run: RunInHand, _ answer: RunAnswer, by person: String) async throws(AgentError) {
        try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.setRunState(run.id, .running, reason: "\(answer.rawValue), said \(person)")
        }
        self.waiting.removeAll { $0 == run.id }
        self.observe(.resumed(run: run.id.description, request: run.requestID, answer: answer.rawValue, by: person))
        do {
            let past = try await self.interruptible(run.id) { () -> [StepRecord] in
                try await self.settleOpenStep(of: run, answer, by: person)
                var fault = await self.clearFaults()
                if fault == nil { fault = await self.discrepancy() }
                if let fault { throw AgentError(.runFailed, fault) }
                try Task.checkCancellation()
                return try await self.journal.steps(of: run.id)
            }
            try await self.carryOut(run, past: past)
        } catch let error as AgentError where self.waiting.contains(run.id) || error.code == .storage {
            throw error
        } catch {
            let wish = self.underWay[run.id]?.stoppedBy.map { "stopped by \($0)" }
            let isStop = error is CancellationError
            await self.suspend(
                run, because: isStop ? self.halted ?? wish ?? "the agent was told to end" : "\(error)")
            throw AgentError(.runFailed, "\(error)")
        }
    }

    /// Takes over what an operator or the fill levels say about the open step.
    private func settleOpenStep(of run: RunInHand, _ answer: RunAnswer, by person: String) async throws {
        let progress = try RunProgress(of: run.plan, steps: await self.journal.steps(of: run.id))
        guard let open = progress.open, open.state == .unknown || open.state == .sent else { return }
        let action = open.step.action
        if open.needsWitness, answer == .happened {
            var record = try JSONValue(kept: StepOutcome.done).object ?? JSONObject()
            record[StepRecord.witness] = .string(person)
            try await self.note(.done, of: action, open.index, run.id, .done, .object(record))
        } else if open.needsWitness {
            try await self.journal.finishStep(
                open.index, of: run.id, .refused, outcome: ["error": "it did not happen, an operator said"])
        } else if !open.needsWitness, !open.hasLevels {
            try await self.settle(
                action, open.index, run.id, .refused, "its levels could be read only when an operator had looked")
        }
    }

    /// Clears the faults of drives, on the word of an operator who let the run go on.
    ///
    /// - Returns: what could not be cleared.
    private func clearFaults() async -> String? {
        for (_, pump) in self.laboratory.pumps.sorted(by: { $0.key < $1.key }) {
            guard self.halted == nil, !Task.isCancelled else { return self.halted ?? "it was stopped" }
            do throws(DeviceError) {
                let status = try await pump.status()
                if status.isFaulted || !status.isEnabled { try await pump.clearFault() }
            } catch {
                return "\(error)"
            }
        }
        return nil
    }

    /// Why the lab is not what the journal says: a plunger that stands elsewhere, or a syringe with another stock than
    /// the tables name. Read before each request, because hands and other programs move pumps, too.
    func discrepancy() async -> String? {
        let fluid = self.model.table.joiningLots(self.fluid)
        for (node, pump) in self.laboratory.pumps.sorted(by: { $0.key < $1.key }) {
            let content = fluid.syringes[node]?.content ?? FluidPortion()
            do throws(DeviceError) {
                let status = try await pump.status()
                guard status.isReferenced else {
                    return
                        "the drive of \(node) has lost its position: `edge-agent device \(pump.name) do restore` if nobody has "
                        + "moved its plunger since; otherwise take the syringe out, `edge-agent device \(pump.name) do "
                        + "reference`, put it back empty, then `edge-agent stock empty \(node)`"
                }
                guard (status.fillLevel - content.volume).magnitude <= Interlocks.levelTolerance else {
                    return
                        "the syringe of \(node) holds \(status.fillLevel), the journal says \(content.volume): empty it "
                        + "into the waste until it reads 0, then `edge-agent stock empty \(node)`"
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
}
