import Analysis
import DeviceKit
import Methods
import Protocols
import Store

/// Carries out runs, every step journaled before its bytes leave and after its answer. One at a time has the lines; beside it
/// an instrument may measure what stands still in its cell.
actor RunEngine {
    static let fluidKey = "fluid"

    let journal: Journal
    let laboratory: Laboratory
    let executor: StepExecutor
    /// Without lots and calibrations.
    let described: LabModel
    /// With the lots that stand in its bottles, and with what its calibrations have found.
    private(set) var model: LabModel
    private(set) var methods: [any Method]
    private let composer: ResultComposer
    let machine: MachineWatch?
    let book: QuestionBook
    let stockQuestions: StockQuestions
    let observe: @Sendable (AgentEvent) -> Void
    /// Which liquid stands where, as of the last step.
    private(set) var fluid: FluidState
    /// By whom and when the lab was halted, until it is released.
    var halted: String?
    /// Runs that wait for an operator, oldest first.
    var waiting: [UUIDv7] = []
    /// Why the journal does not say what the lab did; until the next start.
    var gap: String?
    /// Which devices are missing that can be plugged in, as long as they are.
    var lacking: String?
    /// Devices that have not answered yet since the start.
    var missing: [String] = []
    /// Whether what the agent before this one left open was looked at.
    var isLookedAfter = false
    /// Cleaning that waits until all requests for the same sample are served, oldest first.
    private(set) var owedCleaning: [RunInHand] = []
    /// The method that each densimeter did last: it stands at that method's temperature.
    var lastMethods: [String: String] = [:]
    /// Done when the corrections of liquids that were asked for so far are.
    var correcting: Task<Void, Never>?
    /// Bottles that do not suffice for all requests that wait, as of the last look at them.
    var foreseen: [ForeseenShortage] = []
    /// What the last look ahead was at.
    var lookedAheadAt: (requests: [String], fluid: FluidState, lots: [StockLot])?
    /// What a person has a device do now that no run may get in the way of.
    var byHand: ByHand?
    var underWay = RunsUnderWay() {
        didSet {
            for watcher in self.watchers { watcher.resume() }
            self.watchers = []
            // What waits may be answered already, and have found the lines taken.
            if oldValue.withLines != nil, self.underWay.withLines == nil, !self.waiting.isEmpty {
                self.journal.ringAnswer()
            }
        }
    }
    private var watchers: [CheckedContinuation<Void, Never>] = []

    init(
        journal: Journal, laboratory: Laboratory, executor: StepExecutor, model: LabModel, tenant: String,
        machine: MachineWatch? = nil, book: QuestionBook = QuestionBook(), lowStock: Volume? = nil,
        observe: @escaping @Sendable (AgentEvent) -> Void
    ) async throws(AgentError) {
        self.journal = journal
        self.laboratory = laboratory
        self.executor = executor
        self.described = model
        let model = try await Self.present(model, in: journal)
        self.model = model
        self.methods = model.methods
        self.composer = ResultComposer(journal: journal, tenant: tenant)
        self.machine = machine
        self.book = book
        self.stockQuestions = StockQuestions(journal: journal, book: book, threshold: lowStock)
        self.observe = observe
        self.fluid = try await Self.restore(model, from: journal)
        self.halted = try await AgentError.wrap { () async throws(StoreError) in try await journal.halt() }
    }

    /// Takes over liquids that were moved: by a step, or by an operator's hands.
    func replaceFluid(_ fluid: FluidState) { self.fluid = fluid }

    /// Takes over another lot in a bottle, or a new calibration.
    func replaceModel(_ model: LabModel) {
        self.model = model
        self.methods = model.methods
        self.fluid = self.fluid.fitted(to: model)
    }

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
        self.underWay.end(run)
        try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.setRunState(run, .stopped, reason: reason)
        }
    }

    /// Serves a queued request from first step to durable result, then cleans up. One that people serve is only begun; any
    /// other must have been claimed.
    ///
    /// - Parameter keepsSample: requests for the same sample are served together. Once nothing of it moves any more, the lines
    ///   are left to the next one; `cleanOwed` cleans up after all of them.
    func serve(
        _ id: UUIDv7, _ prepared: PreparedRun, by method: any Method, keepsSample: Bool = false
    ) async throws(AgentError) {
        let run = RunInHand(id: id, prepared, by: method)
        guard !prepared.plan.isManual else { return try await self.beginManual(run) }
        defer {
            self.underWay.end(id)
            // It may wait by now, and be answered already, having left the lines long before.
            if !self.waiting.isEmpty { self.journal.ringAnswer() }
        }
        try await self.begin(run)
        self.observe(
            .taken(
                request: run.requestID, run: id.description, quantity: method.quantity, method: method.name,
                plan: prepared.plan))
        for warning in prepared.plan.warnings ?? [] { self.observe(.notice(warning)) }
        try await self.carryOut(run, keepsSample: keepsSample)
    }

    /// Does the cleaning that requests for one sample have left behind, as far as it disturbs no cell that is measured and no
    /// run that waits with its sample. What cannot be done for another reason asks an operator.
    func cleanOwed() async throws(AgentError) {
        while self.underWay.withLines == nil, let index = self.owedCleaning.firstIndex(where: self.mayClean) {
            let run = self.owedCleaning.remove(at: index)
            do throws(AgentError) {
                try self.claim(run.id, besideMeasurements: true)
            } catch {
                guard try await self.isQueued(run.id) else { continue }
                await self.suspend(run, because: "the lab was not cleaned: \(error)")
                continue
            }
            defer { self.underWay.end(run.id) }
            do throws(AgentError) {
                // It may have been abandoned in this moment.
                guard try await self.isQueued(run.id) else { continue }
                try await self.begin(run)
                try await self.carryOut(run)
            } catch {
                // Told where it happened: the run waits for an operator, and so does the rest of the cleaning.
                guard error.code == .storage else { continue }
                throw error
            }
        }
    }

    /// Forgets cleaning that an operator has given up.
    func dropOwedCleaning(_ run: UUIDv7) { self.owedCleaning.removeAll { $0.id == run } }

    private func isQueued(_ run: UUIDv7) async throws(AgentError) -> Bool {
        let record = try await AgentError.wrap { () async throws(StoreError) in try await self.journal.run(run) }
        return record?.state == .queued
    }

    private func mayClean(_ cleaning: RunInHand) -> Bool {
        self.waiting.isEmpty && !self.disturbsMeasurement(cleaning.plan)
    }

    /// Takes the lines for a run, in one go with asking whether it may.
    func claim(_ run: UUIDv7, besideMeasurements: Bool = false) throws(AgentError) {
        if let obstacle = self.obstacle(besideMeasurements: besideMeasurements) {
            throw AgentError(.unavailable, obstacle)
        }
        self.underWay.begin(run)
    }

    /// Whether a plan has to wait until what is measured now is done.
    func disturbsMeasurement(_ plan: Plan) -> Bool {
        plan.disturbs(self.underWay.measuredCells, in: self.model.router.graph)
    }

    /// Whether an instrument stands at the temperature at which the plan measures.
    func findsTemperature(_ plan: Plan) -> Bool {
        plan.steps.contains { step in
            guard case .measureDensity(let densimeter, let order, _) = step.action else { return false }
            return self.lastMethods[densimeter] == order.method
        }
    }

    /// Waits until the runs under way are as wished.
    func wait(until isAsWished: @Sendable (RunsUnderWay) -> Bool) async {
        while !isAsWished(self.underWay) { await withCheckedContinuation { self.watchers.append($0) } }
    }

    /// Performs what is left of a run, ends it, and cleans up after it.
    ///
    /// - Parameters:
    ///   - past: what the journal has of its steps; empty for one that begins.
    ///   - keepsSample: the cleaning is owed, not done.
    func carryOut(
        _ run: RunInHand, past: [StepRecord] = [], keepsSample: Bool = false
    ) async throws(AgentError) {
        let outcomes: [StepOutcome]
        do {
            let progress = try RunProgress(of: run.plan, steps: past)
            outcomes = try await self.interruptible(run.id) {
                try await self.perform(run, from: progress, sharesLines: keepsSample)
            }
        } catch {
            await self.end(run, interruptedBy: error)
            throw AgentError(.runFailed, "\(error)")
        }
        let cleaning = try await self.conclude(run, outcomes)
        await self.askAboutStockAfterRun()
        guard let cleaning else { return }
        guard !keepsSample, self.mayClean(cleaning) else { return self.owedCleaning.append(cleaning) }
        self.underWay.follow(run.id, by: cleaning.id)
        defer { self.underWay.end(cleaning.id) }
        try await self.begin(cleaning)
        try await self.carryOut(cleaning)
    }

    /// Commits the result of a run whose steps are all done, together with the run that cleans up after it. Moves nothing.
    ///
    /// - Returns: the cleaning, queued; nil if there is none to do.
    func conclude(_ run: RunInHand, _ outcomes: [StepOutcome]) async throws(AgentError) -> RunInHand? {
        if let calibration = run.calibration { return try await self.conclude(run, calibration, outcomes) }
        guard let method = run.method else {
            try await AgentError.wrap { () async throws(StoreError) in
                try await self.journal.finishRun(run.id)
            }
            return nil
        }
        let cleaning = try run.cleaning(self.journal.ids.make())
        do {
            let result = try method.result(of: run.prepared, outcomes: outcomes, fluid: self.fluid)
            let id = self.journal.ids.make()
            let new = try await self.composer.compose(
                result, of: run, id: id, steps: self.journal.steps(of: run.id))
            try await self.journal.finishRun(
                run.id, with: new,
                rawFiles: result.rawFiles.map { RawFile(path: $0.path, sha256: $0.sha256, size: Int64($0.byteCount)) },
                followedBy: cleaning)
            self.observe(.finished(run: run.id.description, request: run.requestID, result: id.description))
        } catch let error as StoreError {
            // What people did is all in the journal: it is concluded again.
            if !run.plan.isManual {
                self.gap = "run \(run.id) is done, but its result is not in the journal: \(error)"
            }
            throw AgentError(.storage, "\(error)")
        } catch {
            try await AgentError.wrap { () async throws(StoreError) in
                try await self.journal.failRun(run.id, reason: "\(error)", followedBy: cleaning)
            }
            self.observe(.failed(run: run.id.description, request: run.requestID, reason: "\(error)"))
        }
        guard let cleaning else { return nil }
        return try await self.runInHand(cleaning.id)
    }

    func runInHand(_ id: UUIDv7) async throws(AgentError) -> RunInHand {
        let record = try await AgentError.wrap { () async throws(StoreError) in try await self.journal.run(id) }
        guard let record else { throw AgentError(.badState, "there is no run \(id)") }
        return try RunInHand(record, methods: self.methods)
    }

    func begin(_ run: RunInHand) async throws(AgentError) {
        try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.setRunState(run.id, .checking)
            try await self.journal.setRunState(run.id, .running)
        }
    }

    private static func present(_ model: LabModel, in journal: Journal) async throws(AgentError) -> LabModel {
        do {
            return try await journal.lab(model)
        } catch {
            throw AgentError(.badState, "\(error)")
        }
    }

    private static func restore(_ model: LabModel, from journal: Journal) async throws(AgentError) -> FluidState {
        let kept = try await AgentError.wrap { () async throws(StoreError) in try await journal.stock(Self.fluidKey) }
        if let kept {
            guard let fluid = try? kept.value.decode(FluidState.self) else {
                throw AgentError(.badState, "what stands in the tubes is kept in a form that this version cannot read")
            }
            do throws(OperatorError) {
                return try fluid.fitting(model)
            } catch {
                throw AgentError(
                    .badState, "\(error). Rinse and dry the lab, then start with a fresh state directory.")
            }
        }
        do throws(FluidStateError) {
            return try FluidState(describing: model)
        } catch {
            throw AgentError(.badState, "\(error)")
        }
    }
}
