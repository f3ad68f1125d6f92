import DeviceKit
import Methods
import Protocols
import Store

extension Journal {
    private static let haltKey = "halted"

    /// By whom and when the lab was halted; nil if it was not. It outlives the agent, so that no restart makes the lab move.
    func halt() async throws(StoreError) -> String? {
        let text = try await self.fact(Self.haltKey)
        return text?.isEmpty == false ? text : nil
    }

    func setHalt(_ reason: String?) async throws(StoreError) {
        try await self.setFact(Self.haltKey, reason ?? "")
    }

    /// Why an agent that starts with this journal would begin nothing new.
    func obstacle() async throws(StoreError) -> String? {
        if let halted = try await self.halt() { return Self.adviceAfterHalt(halted) }
        if let run = try await self.unfinishedRuns().first(where: { $0.state == .awaitingOperator && !$0.isManual }) {
            return Self.adviceForWaiting(run.id)
        }
        return try await self.openAlarm()
    }

    /// Notes that a lab without a running agent was halted.
    func noteHalt(by person: String, _ report: HaltReport) async throws(StoreError) {
        try await self.setHalt(Self.haltReason(person))
        try await self.appendAudit(
            person: person, act: "halt", detail: ["not_stopped": .array(report.failures.map { .string($0.device) })])
    }

    static func haltReason(_ person: String) -> String {
        "halted by \(person) at \(Moment.now().text.prefix(19))Z"
    }

    static func adviceAfterHalt(_ reason: String) -> String {
        "\(reason); look at the lab, then `edge-agent halt --release`"
    }

    static func adviceForWaiting(_ run: UUIDv7) -> String {
        "run \(run) waits for an operator; see `edge-agent prompts`, or `edge-agent runs show \(run)`"
    }

    /// Gives up a run that nobody carries on, on an operator's word.
    ///
    /// - Parameter prompt: the question to which this is the answer; nil if it is given up unasked.
    func abandon(_ run: RunRecord, by person: String, answering prompt: UUIDv7? = nil) async throws {
        guard !run.state.isFinal else {
            throw OperatorError(
                .badData, "run \(run.id) has \(run.state.rawValue) already; there is nothing to abandon")
        }
        guard [.queued, .checking, .awaitingOperator].contains(run.state) else {
            throw OperatorError(
                .badData,
                "run \(run.id) is \(run.state.rawValue); start the agent, which reads how far it came and asks, or stop it"
            )
        }
        let reason = "abandoned by \(person)" + (run.reason.isEmpty ? "" : "; before: \(run.reason)")
        // Not “stopped”: what may have happened in part is not begun a second time by itself.
        try await self.abandonRun(
            run.id, by: person, reason: reason,
            detail: ["run": .string("\(run.id)"), "state": .string(run.state.rawValue), "reason": .string(run.reason)],
            answering: prompt.map { ($0, .string(RunAnswer.abandon.rawValue)) })
    }

    /// Answers what a run asks. Giving it up takes effect at once; everything else, when the agent runs.
    ///
    /// - Returns: the question as it stands then.
    func answer(_ prompt: Prompt, _ answer: OperatorAnswer, by person: String) async throws -> Prompt {
        do {
            if answer.choice == RunAnswer.abandon.rawValue, let run = prompt.run, let record = try await self.run(run) {
                try await self.abandon(record, by: person, answering: prompt.id)
            } else {
                try await self.answer(prompt.id, answer.json, by: person)
            }
        } catch let error as StoreError where error.code == .illegalTransition {
            // Somebody else was faster.
            try await self.prompt(prompt.id)?.requireOpen()
            throw error
        }
        return try await self.prompt(prompt.id) ?? prompt
    }
}

extension Prompt {
    /// - Throws: who has answered it, or that nobody needs to.
    func requireOpen() throws(OperatorError) {
        guard self.state == .asked else {
            let state =
                self.state == .answered ? "was answered by \(self.answeredBy)" : "needs no answer any more, since"
            throw OperatorError(.badData, "prompt \(self.id) \(state) at \(self.changed.text.prefix(19))Z")
        }
    }

    /// Checks an answer before it is taken.
    ///
    /// - Throws: that it comes too late, that the person may not answer, or what is wrong with it.
    func check(
        _ answer: String, _ entries: [String: String], as role: Role
    ) throws(OperatorError) -> OperatorAnswer {
        try self.requireOpen()
        guard let question = try? self.question.decode(Question.self) else {
            throw OperatorError(.badData, "prompt \(self.id) is kept in a form that this version cannot read")
        }
        let needed = max(question.role ?? .operator, .operator)
        guard role >= needed else {
            throw OperatorError(.badData, "prompt \(self.id) is to be answered by an \(needed.rawValue)")
        }
        do throws(BadAnswer) {
            return try question.check(answer, entries)
        } catch {
            throw OperatorError(.badData, "\(error)", entry: error.entry)
        }
    }
}

extension Journal {
    /// Ends the use of a journal whose agent did not end cleanly, without a word about that.
    func leaveUnclean() async throws(StoreError) { try await self.checkpoint() }
}
