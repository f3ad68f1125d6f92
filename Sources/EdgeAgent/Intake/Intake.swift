import DeviceKit
import Methods
import Protocols
import Store
import Uplink

/// Looks at the broker for pending requests, and decides for each whether the lab serves it now.
struct Intake: Sendable {
    let client: FinalesClient
    let journal: Journal
    let engine: RunEngine
    /// Whether it looks for what people do, or for what devices do.
    let isManual: Bool
    let cell: ConductivityCell
    let laboratory: Laboratory
    let user: String
    let observe: @Sendable (AgentEvent) -> Void

    /// A request that waits at the broker, and the method of this lab that could serve it.
    typealias Candidate = (request: RequestInfo, method: any Method)

    /// A request that is reserved at the broker, and whose run has the lab.
    struct Claim {
        let run: UUIDv7
        /// The broker's id.
        let request: String
        let prepared: PreparedRun
        let method: any Method
    }

    /// One look at the broker: what waits there for this lab, oldest first.
    func look() async throws -> [Candidate] {
        var pending: [Candidate] = []
        for method in await self.engine.methods where method.isManual == self.isManual {
            for request in try await self.client.pendingRequests(quantity: method.quantity, method: method.name) {
                pending.append((request, method))
            }
        }
        pending.sort {
            ($0.request.ctime.description, $0.request.uuid) < ($1.request.ctime.description, $1.request.uuid)
        }
        return pending
    }

    /// Serves at most one of all requests that wait; true if it did.
    func serveOne(of pending: [Candidate]) async throws -> Bool {
        try await self.forgetRefusals(except: Set(pending.map(\.request.uuid)))
        if !self.isManual { await self.foresee(pending) }
        for (request, method) in pending {
            let group: [Candidate]
            do throws(RequestRefusal) {
                let prepared = try await self.prepare(request, method)
                let others = await self.others(like: prepared, in: pending, than: request)
                if others.isEmpty {
                    guard let claim = try await self.claim(request, prepared, method) else { continue }
                    await self.carryOut(claim)
                    return true
                }
                group = [(request, method)] + others
            } catch {
                try await self.leaveAlone(request, method, reason: error.reason)
                continue
            }
            if try await self.serve(group) { return true }
        }
        return false
    }

    /// Requests that wait for a measurement of the same sample, oldest first.
    private func others(
        like prepared: PreparedRun, in pending: [Candidate], than request: RequestInfo
    ) async -> [Candidate] {
        let sample = StandingSample(prepared)
        let lab = await self.engine.model
        guard Self.asks(request, for: sample, of: lab) else { return [] }
        return pending.filter { $0.request.uuid != request.uuid && Self.asks($0.request, for: sample, of: lab) }
    }

    private static func asks(_ request: RequestInfo, for sample: StandingSample, of lab: LabModel) -> Bool {
        request.request.methods.contains { name in
            request.request.parameters[name].flatMap(lab.requestedSample).map(sample.covers) ?? false
        }
    }

    func prepare(
        _ request: RequestInfo, _ method: any Method, from standing: StandingSample? = nil
    ) async throws(RequestRefusal) -> PreparedRun {
        let parameters = try await self.parameters(of: request, method)
        let situation = LabSituation(
            fluid: await self.engine.fluid, cellTemperature: try await self.cellTemperature(for: method),
            temperatureAge: self.cell.temperature.age(atSecondsSince1970: Moment.now().utc / 1_000_000),
            standing: standing)
        let sample = SampleIdentity(
            request: request.uuid, id: standing?.id ?? self.journal.ids.make().description,
            date: standing?.date ?? String(Moment.now().text.prefix(10)))
        let prepared = try method.prepare(parameters, sample: sample, in: situation)
        if method.isManual {
            if let obstacle = await self.engine.obstacleToManualRuns { throw RequestRefusal(.notNow, obstacle) }
            return prepared
        }
        let obstacle = await self.engine.obstacle(besideMeasurements: standing != nil)
        if let obstacle { throw RequestRefusal(.notNow, obstacle) }
        if let discrepancy = await self.engine.discrepancy() { throw RequestRefusal(.notNow, discrepancy) }
        return prepared
    }

    /// What it asks for, as far as the lab may serve it at all.
    func parameters(of request: RequestInfo, _ method: any Method) async throws(RequestRefusal) -> JSONValue {
        try await self.checkHistory(of: request)
        guard let parameters = request.request.parameters[method.name] else {
            throw RequestRefusal(.unservable, "the request has no parameters for \(method.name)")
        }
        try await self.checkSchema(parameters, of: method)
        return parameters
    }

    /// What the cell's thermometer reads now, or what an operator wrote down.
    func cellTemperature(
        for method: any Method
    ) async throws(RequestRefusal) -> Measured<TemperatureDimension> {
        guard !method.isManual, let name = self.cell.temperature.thermometer else {
            return self.cell.temperature.reading
        }
        do throws(DeviceError) {
            return self.cell.temperature.reading(of: try await self.laboratory.thermometer(name).temperature())
        } catch {
            throw RequestRefusal(.notNow, "the cell's temperature is not known: \(error)")
        }
    }

    /// Whatever a request has been through here, it is not begun a second time by itself.
    private func checkHistory(of request: RequestInfo) async throws(RequestRefusal) {
        let runs: [RunRecord]
        do throws(StoreError) {
            runs = try await self.journal.runs(forRequest: request.uuid)
        } catch {
            throw RequestRefusal(.notNow, "\(error)")
        }
        guard let last = runs.last else { return }
        switch last.state {
        case .succeeded:
            throw RequestRefusal(.notNow, "served by run \(last.id); its result is on its way to the broker")
        // Ended on demand, in a known state: the request may be served anew.
        case .stopped: return
        case .failed: throw RequestRefusal(.notNow, "run \(last.id) failed: \(last.reason)")
        default: throw RequestRefusal(.notNow, "run \(last.id) is “\(last.state.rawValue)”")
        }
    }

    private func checkSchema(_ parameters: JSONValue, of method: any Method) async throws(RequestRefusal) {
        let kept: StoredCapability?
        do throws(StoreError) {
            kept = try await self.journal.capability(quantity: method.quantity, method: method.name)
        } catch {
            throw RequestRefusal(.notNow, "\(error)")
        }
        guard let capability = kept else {
            throw RequestRefusal(.notNow, "the broker offers no capability \(method.quantity)/\(method.name)")
        }
        guard let check = try? CapabilityCheck(capability) else {
            throw RequestRefusal(.notNow, "the broker's schema for \(method.quantity)/\(method.name) cannot be read")
        }
        let violations = check.violations(inParameters: parameters)
        guard violations.isEmpty else {
            throw RequestRefusal(.unservable, violations.map(\.description).joined(separator: "; "))
        }
    }

    /// Takes the lab for a request, reserves it at the broker, and reads the reservation back: it is a note to others, and the
    /// broker does not say whose it is.
    ///
    /// - Parameter besideMeasurements: whether an instrument may measure what stands in its cell meanwhile.
    /// - Returns: nil if it was withdrawn or answered in the meantime.
    func claim(
        _ request: RequestInfo, _ prepared: PreparedRun, _ method: any Method, besideMeasurements: Bool = false
    ) async throws(RequestRefusal) -> Claim? {
        let run: UUIDv7
        do throws(AgentError) {
            run = try await self.engine.queue(prepared, by: method, request: request.request.json)
        } catch {
            throw RequestRefusal(.notNow, "\(error)")
        }
        do {
            if !method.isManual { try await self.engine.claim(run, besideMeasurements: besideMeasurements) }
            try await self.client.setRequestStatus(request.uuid, .reserved, message: "Reserved for \(self.user).")
            guard let now = try await self.client.request(request.uuid), now.status == .reserved,
                try await self.client.result(forRequest: request.uuid) == nil
            else {
                try await self.engine.drop(run, reason: "somebody else was faster")
                return nil
            }
            return Claim(run: run, request: request.uuid, prepared: prepared, method: method)
        } catch {
            let reason = (error as? AgentError).map { "\($0)" } ?? "it could not be reserved: \(error)"
            await Task { try? await self.engine.drop(run, reason: reason) }.value
            throw RequestRefusal(.notNow, reason)
        }
    }

    /// - Parameter keepsSample: requests for the same sample are served together.
    func carryOut(_ claim: Claim, keepsSample: Bool = false) async {
        do {
            try await self.engine.serve(claim.run, claim.prepared, by: claim.method, keepsSample: keepsSample)
        } catch {
            // Told by the engine. What can be repeated is offered again, even by an agent that was told to end.
            _ = await Task { await self.giveBack(claim.request) }.value
        }
    }

    /// Offers again what an earlier start of this agent had reserved and could not finish, and what an operator has
    /// abandoned since. What may have happened stays reserved until somebody decides.
    func giveBackStranded() async throws {
        for run in try await self.journal.runs(limit: 50) where [.failed, .stopped].contains(run.state) {
            guard run.requestID.isUUID, await self.offers(run.quantity, run.method),
                try await self.journal.fact("given back \(run.id)") == nil
            else { continue }
            guard await self.giveBack(run.requestID) else { continue }
            try await self.journal.setFact("given back \(run.id)", "yes")
        }
    }

    /// Lets go of what people were asked to do for requests that nobody wants served any more.
    func letGoOfWithdrawn() async throws {
        for run in try await self.journal.unfinishedRuns()
        where run.isManual && run.state == .awaitingOperator {
            guard await self.offers(run.quantity, run.method),
                let status = try await self.client.request(run.requestID)?.status,
                [.retracted, .resolved].contains(status)
            else { continue }
            let reason = "request \(run.requestID) is \(status.rawValue) at the broker"
            do throws(StoreError) {
                try await self.journal.setRunState(run.id, .stopped, reason: reason)
                self.observe(.failed(run: run.id.description, request: run.requestID, reason: reason))
            } catch {
                // Answered, or given up, in this very moment.
                guard error.code == .illegalTransition else { throw error }
            }
        }
    }

    /// False if the broker could not be told; it is tried again then.
    @discardableResult
    private func giveBack(_ request: String) async -> Bool {
        do {
            let runs = try await self.journal.runs(forRequest: request)
            guard let last = runs.last, [.failed, .stopped].contains(last.state),
                try await self.client.request(request)?.status == .reserved
            else { return true }
            try await self.client.setRequestStatus(
                request, .pending, message: "Processing of request \(request) failed.")
            return true
        } catch {
            self.observe(.notice("request \(request) stays reserved at the broker: \(error)"))
            return false
        }
    }

    /// Those of other methods are looked after by others.
    private func offers(_ quantity: String, _ method: String) async -> Bool {
        await self.engine.methods.contains {
            $0.isManual == self.isManual && $0.quantity == quantity && $0.name == method
        }
    }

    func leaveAlone(_ request: RequestInfo, _ method: any Method, reason: String) async throws {
        let known = try await self.journal.refusedRequests().first { $0.requestID == request.uuid }
        guard known?.reason != reason else { return }
        try await self.journal.refuse(
            requestID: request.uuid, quantity: method.quantity, method: method.name, reason: reason)
        self.observe(
            .leftAlone(request: request.uuid, quantity: method.quantity, method: method.name, reason: reason))
    }

    private func forgetRefusals(except pending: Set<String>) async throws {
        for refused in try await self.journal.refusedRequests()
        where !pending.contains(refused.requestID) {
            guard await self.offers(refused.quantity, refused.method) else { continue }
            try await self.journal.forgetRefusal(of: refused.requestID)
        }
    }
}
