import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Answers what operators ask: from the journal alone, or with the engine and the devices of the agent that runs.
struct OperatorDesk: Sendable {
    /// Longest page of a list.
    static let pageLimit = 1000

    let journal: Journal
    /// Of the running agent; nil when none runs.
    var engine: RunEngine?
    var laboratory: Laboratory?
    /// Follows those of its devices that can be plugged in.
    var watch: DeviceWatch?
    /// The lab as described; only what is done to its liquids needs it.
    var model: LabModel?
    /// Of the running agent.
    var polling: Polling?

    func answer(_ request: OperatorRequest) async throws(OperatorError) -> JSONValue {
        try await OperatorError.wrap { () async throws in try await self.reply(to: request) }
    }

    /// Not optimised: the compiler (Swift 6.3.1) crashes when it splits a coroutine into which all of these are inlined.
    @_optimize(none)
    private func reply(to request: OperatorRequest) async throws -> JSONValue {
        switch request {
        case .ping: ["agent": .string("running")]
        case .runs(let limit):
            try await JSONValue(encoding: self.journal.runs(limit: Self.page(limit)).map(RunSummary.init))
        case .run(let id): try await JSONValue(encoding: self.report(of: Self.id(id, of: "run")))
        case .abandon(let run, let person):
            try await JSONValue(encoding: self.abandon(Self.id(run, of: "run"), by: person))
        case .stop(let run, let person):
            try await JSONValue(encoding: self.stop(Self.id(run, of: "run"), by: person))
        case .resume(let run, let answer, let person):
            try await JSONValue(encoding: self.resume(Self.id(run, of: "run"), answer, by: person))
        case .prompts(let all, let limit):
            try await JSONValue(
                encoding: (all ? self.journal.prompts(limit: Self.page(limit)) : self.journal.openPrompts())
                    .map(PromptReport.init))
        case .prompt(let id): try await JSONValue(encoding: PromptReport(self.prompt(Self.id(id, of: "prompt"))))
        case .answer(let prompt, let answer, let person, let entries, let role):
            try await JSONValue(
                encoding: self.answer(
                    Self.id(prompt, of: "prompt"), answer, entries ?? [:], by: person, as: role ?? .engineer))
        case .outbox(let state, let after, let limit): try await self.outbox(state, after: after, limit: limit)
        case .payload(let result): try await self.payload(of: Self.id(result, of: "result"))
        case .retry(let result, let person):
            try await JSONValue(encoding: self.retry(Self.id(result, of: "result"), by: person))
        case .verifyOutbox:
            try await JSONValue(encoding: OutboxCheck(self.journal.verifyOutbox()))
        case .pending: try await JSONValue(encoding: self.pending())
        case .incidents(let limit):
            try await JSONValue(
                encoding: self.journal.incidents(limit: Self.page(limit)).map(IncidentReport.init))
        case .acknowledge(let incident, let person):
            try await self.acknowledge(Self.id(incident, of: "incident"), by: person)
        case .memory: try await LabMemory(self.journal).json
        case .correct(let correction, let person):
            try await JSONValue(encoding: self.correct(correction, by: person))
        case .calibrate(let order, let person):
            ["run": .string("\(try await self.running().engine.calibrate(order, by: person))")]
        case .calibrations(let all, let limit):
            try await JSONValue(
                encoding: (all
                    ? self.journal.calibrations(limit: Self.page(limit)) : self.journal.currentCalibrations())
                    .map(CalibrationReport.init))
        case .calibration(let id):
            try await JSONValue(encoding: self.calibration(Self.id(id, of: "calibration")))
        case .devices: try await self.devices()
        case .describeDevice(let name): try await self.describe(name)
        case .readDevice(let name, let states): try await self.described(name).read(states)
        case .perform(let name, let action, let arguments, let person):
            try await self.perform(action, arguments, on: name, by: person)
        case .readings(let device): try await JSONValue(encoding: self.readings(of: device))
        case .audit(let limit):
            try await JSONValue(
                encoding: self.journal.newestAuditEntries(limit: Self.page(limit)).map(AuditReport.init))
        case .verifyAudit: try await JSONValue(encoding: AuditCheck(self.journal.verifyAudit()))
        case .users: try await JSONValue(encoding: self.journal.users().map(UserReport.init))
        case .invite(let user, let role, let person):
            try await JSONValue(encoding: self.journal.invite(user, role, by: person))
        case .setRole(let user, let role, let person): try await self.setRole(role, of: user, by: person)
        case .removeUser(let user, let person): try await self.removeUser(user, by: person)
        case .halt(let person): try await JSONValue(encoding: self.halt(by: person))
        case .release(let person): try await self.release(by: person)
        }
    }

    // MARK: Runs

    private func report(of id: UUIDv7) async throws -> RunReport {
        RunReport(
            try await self.record(id), steps: try await self.journal.steps(of: id),
            files: try await self.journal.rawFiles(of: id))
    }

    private func record(_ id: UUIDv7) async throws -> RunRecord {
        guard let run = try await self.journal.run(id) else {
            throw OperatorError(.badData, "there is no run \(id); see `edge-agent runs list`")
        }
        return run
    }

    private func abandon(_ id: UUIDv7, by person: String) async throws -> RunReport {
        if let engine {
            try await engine.abandon(self.record(id), by: person)
        } else {
            try await self.journal.abandon(self.record(id), by: person)
        }
        return try await self.report(of: id)
    }

    private func stop(_ id: UUIDv7, by person: String) async throws -> RunReport {
        _ = try await self.record(id)
        try await self.journal.appendAudit(person: person, act: "stop run", detail: ["run": .string("\(id)")])
        try await self.running().engine.stop(id, by: person)
        return try await self.report(of: id)
    }

    private func resume(_ id: UUIDv7, _ answer: String, by person: String) async throws -> PromptReport {
        let run = try await self.record(id)
        guard run.state == .awaitingOperator, let prompt = try await self.journal.newestPrompt(of: id) else {
            throw OperatorError(.badData, "run \(id) is “\(run.state.rawValue)”; it does not wait for an operator")
        }
        return try await self.answer(prompt.id, answer, [:], by: person, as: .engineer)
    }

    private func prompt(_ id: UUIDv7) async throws -> Prompt {
        guard let prompt = try await self.journal.prompt(id) else {
            throw OperatorError(.badData, "there is no prompt \(id); see `edge-agent prompts`")
        }
        return prompt
    }

    private func answer(
        _ id: UUIDv7, _ text: String, _ entries: [String: String], by person: String, as role: Role
    ) async throws -> PromptReport {
        let prompt = try await self.prompt(id)
        let answer = try prompt.check(text, entries, as: role)
        if let refill = try StockQuestions.correction(of: prompt, answer) {
            guard let model else {
                throw OperatorError(
                    .unavailable,
                    "no agent runs; start it, or say it by `edge-agent stock set \(refill.node) \(answer.entries.values.joined())`"
                )
            }
            try await self.takeRefill(refill, of: model, by: person, answering: (prompt.id, answer.json))
            return try PromptReport(try await self.prompt(id))
        }
        let answered = try await self.journal.answer(prompt, answer, by: person)
        if answer.choice == RunAnswer.abandon.rawValue, let run = prompt.run { await self.engine?.forget(run) }
        return try PromptReport(answered)
    }

    private func takeRefill(
        _ refill: StockCorrection, of model: LabModel, by person: String, answering prompt: (UUIDv7, JSONValue)
    ) async throws {
        do {
            if let engine {
                _ = try await engine.correct(refill, by: person, answering: prompt)
            } else {
                _ = try await self.journal.correct(
                    refill, in: self.journal.lab(model), by: person, answering: prompt)
            }
        } catch let error as StoreError where error.code == .illegalTransition {
            try await self.prompt(prompt.0).requireOpen()
            throw error
        }
    }

    // MARK: Results

    private func outbox(_ state: String?, after: String?, limit: Int) async throws -> JSONValue {
        let wanted = try state.map { text in
            guard let state = OutboxState(rawValue: text) else {
                let known = OutboxState.allCases.map(\.rawValue).joined(separator: ", ")
                throw OperatorError(.badData, "“\(text)” is no state of a result; write one of \(known)")
            }
            return state
        }
        let page = try await self.journal.outboxPage(
            limit: Self.page(limit), after: after.map { text in try Self.id(text, of: "result") }, state: wanted)
        return try JSONValue(encoding: page.map(OutboxEntry.init))
    }

    private func payload(of id: UUIDv7) async throws -> JSONValue {
        guard let item = try await self.journal.outboxItem(id) else { throw Self.noResult(id) }
        return .string(item.payload)
    }

    private func retry(_ id: UUIDv7, by person: String) async throws -> OutboxEntry {
        guard let item = try await self.journal.outboxItem(id) else { throw Self.noResult(id) }
        guard item.state == .quarantined || item.state == .conflict else {
            throw OperatorError(
                .badData,
                "result \(id) is \(item.state.rawValue); only quarantined results and those in conflict are retried")
        }
        try await self.journal.appendAudit(person: person, act: "retry result", detail: ["result": .string("\(id)")])
        try await self.journal.retry(id, reason: "retried by \(person)")
        return OutboxEntry(try await self.journal.outboxItem(id) ?? item)
    }

    private func calibration(_ id: UUIDv7) async throws -> CalibrationReport {
        guard let calibration = try await self.journal.calibration(id) else {
            throw OperatorError(.badData, "there is no calibration \(id); see `edge-agent calibrations`")
        }
        return CalibrationReport(calibration)
    }

    // MARK: The machine

    private func acknowledge(_ id: UUIDv7, by person: String) async throws -> JSONValue {
        do throws(StoreError) {
            try await self.journal.acknowledge(id, by: person)
        } catch {
            switch error.code {
            case .notFound: throw OperatorError(.badData, "there is no incident \(id); see `edge-agent incidents list`")
            case .illegalTransition: throw OperatorError(.badData, "incident \(id) was acknowledged already")
            default: throw error
            }
        }
        return ["acknowledged": .string("\(id)")]
    }

    // MARK: People

    private func setRole(_ role: Role, of user: String, by person: String) async throws -> JSONValue {
        try await self.journal.setRole(role, of: user, by: person)
        return ["user": .string(user), "role": .string(role.rawValue)]
    }

    private func removeUser(_ user: String, by person: String) async throws -> JSONValue {
        try await self.journal.removeUser(user, by: person)
        return ["removed": .string(user)]
    }

    // MARK: The lab

    private func pending() async throws -> PendingReport {
        let obstacle = if let engine { await engine.obstacle } else { try await self.journal.obstacle() }
        return PendingReport(
            obstacle: obstacle, halted: try await self.journal.halt() != nil,
            requests: try await self.journal.refusedRequests().map(PendingReport.Request.init),
            shortages: await self.engine?.foreseen)
    }

    private func devices() async throws -> JSONValue {
        let standings = await self.watch?.standings ?? [:]
        return try await JSONValue(encoding: self.running().laboratory.reports(standings: standings))
    }

    private func correct(_ correction: StockCorrection, by person: String) async throws -> StockCorrectionReport {
        guard let model else { throw OperatorError(.usage, "the lab's description is needed; name it by --config") }
        if let engine { return try await engine.correct(correction, by: person) }
        return try await self.journal.correct(correction, in: self.journal.lab(model), by: person)
    }

    /// The lab as it is now, with the lots that stand in its bottles. Never inlined, as `fluid`: the compiler (Swift 6.3.1)
    /// crashes when it optimises who calls these.
    @inline(never)
    func present(_ described: LabModel) async throws -> LabModel {
        if let engine { await engine.model } else { try await self.journal.lab(described) }
    }

    /// What stands in the tubes now.
    @inline(never)
    func fluid(of described: LabModel) async throws -> FluidState {
        if let engine { await engine.fluid } else { try await self.journal.fluid(of: self.journal.lab(described)) }
    }

    func described(_ name: String) throws -> DescribedDevice {
        guard let laboratory else { throw OperatorError(.unavailable, "no agent runs") }
        return try DescribedDevice(name, in: laboratory)
    }

    /// A run under way has the devices to itself. Not optimised, for the same reason.
    @_optimize(none)
    private func perform(
        _ action: String, _ arguments: [String: String], on name: String, by person: String
    ) async throws -> JSONValue {
        if let run = await self.engine?.underWay.entries.first?.run {
            throw OperatorError(.unavailable, RunEngine.isInUse(by: run))
        }
        if let pump = self.pump(name) { return try await self.perform(action, arguments, on: pump, by: person) }
        if action == "check", let densimeter = self.laboratory?.densimeters[name] {
            return try await self.check(densimeter, arguments, by: person)
        }
        let device = try self.described(name)
        try await self.journal.appendAudit(
            person: person, act: "device action",
            detail: [
                "device": .string(name), "action": .string(action), "arguments": try JSONValue(encoding: arguments),
            ])
        return try await device.perform(action, arguments)
    }

    /// Bytes first, books later: the devices are told to stop while the engine is told.
    private func halt(by person: String) async throws -> HaltReport {
        let (engine, laboratory) = try self.running()
        async let failures = laboratory.halt()
        let runs = try await engine.halt(by: person)
        let report = HaltReport(laboratory, failures: await failures, runs: runs.map(\.description))
        try await self.journal.appendAudit(
            person: person, act: "halt", detail: ["not_stopped": .array(report.failures.map { .string($0.device) })])
        return report
    }

    private func release(by person: String) async throws -> JSONValue {
        guard let reason = try await self.journal.halt() else {
            throw OperatorError(.badData, "the lab was not halted; there is nothing to release")
        }
        try await self.journal.appendAudit(person: person, act: "release", detail: ["after": .string(reason)])
        if let engine { try await engine.release() } else { try await self.journal.setHalt(nil) }
        return ["released": .string(reason)]
    }

    private func readings(of device: String?) async throws -> [ReadingReport] {
        let all =
            if let polling { polling.reports } else { try await Readings(in: self.journal.directory).reports() }
        guard let device else { return all }
        let found = all.filter { $0.device == device }
        guard !found.isEmpty else {
            let known = Set(all.map(\.device)).sorted().joined(separator: ", ")
            throw OperatorError(
                .badData, "nothing is polled of “\(device)”; there are readings of \(known.isEmpty ? "nobody" : known)")
        }
        return found
    }

    private func running() throws -> (engine: RunEngine, laboratory: Laboratory) {
        guard let engine, let laboratory else { throw OperatorError(.unavailable, "no agent runs") }
        return (engine, laboratory)
    }

    // MARK: Words

    private static func id(_ text: String, of what: String) throws -> UUIDv7 {
        guard let id = UUIDv7(parsing: text) else {
            let lists = [
                "run": "runs list", "prompt": "prompts", "incident": "incidents", "calibration": "calibrations",
            ]
            let list = lists[what] ?? "outbox list"
            throw OperatorError(.badData, "“\(text)” is not the id of a \(what); see `edge-agent \(list)`")
        }
        return id
    }

    private static func noResult(_ id: UUIDv7) -> OperatorError {
        OperatorError(.badData, "there is no result \(id); see `edge-agent outbox list`")
    }

    private static func page(_ limit: Int) -> Int { min(max(limit, 1), Self.pageLimit) }
}

extension OutboxCheck {
    fileprivate init(_ verification: OutboxVerification) {
        self.init(results: verification.count, damaged: verification.damaged)
    }
}
