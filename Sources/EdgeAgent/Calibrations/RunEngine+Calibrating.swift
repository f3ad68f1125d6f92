import DeviceKit
import Methods
import Protocols
import Store

/// A calibration as its run keeps it.
struct CalibrationRequest: Sendable, Hashable, Codable {
    var order: CalibrationOrder
    /// Who asked for it.
    var person: String
}

/// Calibrations: runs that nobody at the broker has asked for.
extension RunEngine {
    /// Plans a calibration and takes the lab for it; `carryOutCalibration` does the rest.
    ///
    /// - Throws: `.unavailable` while something else has the lab, `.badData` if it cannot be done.
    func calibrate(_ order: CalibrationOrder, by person: String) async throws -> UUIDv7 {
        guard self.isLookedAfter else { throw OperatorError(.unavailable, "the agent is still starting; try again") }
        if let obstacle { throw OperatorError(.unavailable, obstacle) }
        guard self.owedCleaning.isEmpty else {
            throw OperatorError(.unavailable, "requests for one sample are being served; try again when they are done")
        }
        let sample = SampleIdentity(
            request: "calibration", id: self.journal.ids.make().description, date: String(Moment.now().text.prefix(10)))
        let prepared: PreparedRun
        do throws(RequestRefusal) {
            prepared = try order.prepare(
                sample, of: self.model,
                in: LabSituation(
                    fluid: self.fluid, cellTemperature: self.model.cell.temperature.reading, temperatureAge: .zero))
        } catch {
            throw OperatorError(error.kind == .notNow ? .unavailable : .badData, error.reason)
        }
        if let discrepancy = await self.discrepancy() { throw OperatorError(.unavailable, discrepancy) }
        let run = try await self.journal.createRun(
            request: JSONValue(kept: CalibrationRequest(order: order, person: person)), requestID: order.kind,
            quantity: RunInHand.calibrating.quantity, method: RunInHand.calibrating.method,
            memory: JSONValue(kept: prepared))
        try await self.journal.appendAudit(
            person: person, act: "calibrate", detail: ["run": .string("\(run)"), "kind": .string(order.kind)])
        do throws(AgentError) {
            try self.claim(run)
        } catch {
            try await self.drop(run, reason: "\(error)")
            throw OperatorError(.unavailable, "\(error)")
        }
        self.journal.ringAnswer()
        return run
    }

    /// Does the calibration that has taken the lab, if there is one. To be called by the task that carries runs on.
    func carryOutCalibration() async throws(AgentError) {
        guard let entry = self.underWay.withLines, entry.cancel == nil, case let id = entry.run else { return }
        let record = try await AgentError.wrap { () async throws(StoreError) in try await self.journal.run(id) }
        guard let record, record.isCalibration else { return }
        guard record.state == .queued else {
            if record.state.isFinal { self.underWay.end(id) }
            return
        }
        defer {
            self.underWay.end(id)
            if !self.waiting.isEmpty { self.journal.ringAnswer() }
        }
        let run = try RunInHand(record, methods: self.methods)
        try await self.begin(run)
        self.observe(
            .taken(
                request: run.requestID, run: id.description, quantity: run.quantity, method: run.requestID,
                plan: run.plan))
        do throws(AgentError) {
            try await self.carryOut(run)
        } catch {
            // Told where it happened; the run waits for an operator.
            if error.code == .storage { throw error }
        }
    }

    /// Commits what a calibration has found, and has the lab use it from then on.
    ///
    /// - Returns: the cleaning, queued; nil if there is none to do.
    func conclude(
        _ run: RunInHand, _ request: CalibrationRequest, _ outcomes: [StepOutcome]
    ) async throws(AgentError) -> RunInHand? {
        let cleaning = try run.cleaning(self.journal.ids.make())
        let finding: CalibrationFinding
        do throws(RequestRefusal) {
            finding = try request.order.finding(run.prepared, outcomes, of: self.model)
        } catch {
            try await AgentError.wrap { () async throws(StoreError) in
                try await self.journal.failRun(run.id, reason: error.reason, followedBy: cleaning)
            }
            self.observe(.failed(run: run.id.description, request: run.requestID, reason: error.reason))
            return try await self.next(cleaning)
        }
        do {
            let kept = try await self.journal.finishRun(
                run.id, with: NewCalibration(finding, of: request),
                rawFiles: finding.rawFiles.map {
                    RawFile(path: $0.path, sha256: $0.sha256, size: Int64($0.byteCount))
                }, followedBy: cleaning)
            self.replaceModel(try await self.journal.lab(self.described))
            self.observe(.notice(CalibrationReport(kept).words))
        } catch {
            self.gap = "run \(run.id) is done, but what it found is not in the journal: \(error)"
            throw AgentError(.storage, "\(error)")
        }
        return try await self.next(cleaning)
    }

    private func next(_ cleaning: NewRun?) async throws(AgentError) -> RunInHand? {
        guard let cleaning else { return nil }
        return try await self.runInHand(cleaning.id)
    }
}

extension NewCalibration {
    fileprivate init(_ finding: CalibrationFinding, of request: CalibrationRequest) {
        var detail = finding.detail.object ?? JSONObject()
        if !finding.faults.isEmpty { detail["faults"] = .array(finding.faults.map(JSONValue.string)) }
        self.init(
            kind: request.order.kind, subject: finding.subject, value: finding.value, uncertainty: finding.uncertainty,
            unit: finding.unit, isPassed: finding.faults.isEmpty, detail: .object(detail), person: request.person)
    }
}
