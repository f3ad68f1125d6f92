import Methods
import Protocols
import Store
import Uplink

/// Turns what a method found out into what is posted to the broker.
struct ResultComposer: Sendable {
    let journal: Journal
    /// This agent's tenant at the broker.
    let tenant: String

    /// - Parameter steps: of the run; interruptions are said in the result.
    func compose(
        _ result: MethodResult, of run: RunInHand, id: UUIDv7, steps: [StepRecord]
    ) async throws(AgentError) -> NewResult {
        guard let method = run.method else {
            throw AgentError(.runFailed, "run \(run.id) is no request's; it has no result")
        }
        let capability = try await AgentError.wrap { () async throws(StoreError) in
            try await self.journal.capability(quantity: method.quantity, method: method.name)
        }
        var parameters = JSONObject()
        parameters[method.name] = result.parameters
        var found = result.data.object ?? JSONObject()
        let interruptions = steps.compactMap(Self.interruption)
        if !interruptions.isEmpty {
            var details = found["details"]?.object ?? JSONObject()
            details["interruptions"] = .array(interruptions)
            found["details"] = .object(details)
        }
        do throws(BrokerError) {
            return try NewResult(
                id: id,
                FinalesResult(
                    data: found, quantity: method.quantity, method: method.name, parameters: parameters,
                    tenantUUID: self.tenant, requestUUID: run.requestID),
                capability: capability)
        } catch {
            throw AgentError(.runFailed, "\(error)")
        }
    }

    /// A step that was begun more than once; valves are only set as they stood.
    private static func interruption(_ step: StepRecord) -> JSONValue? {
        guard step.attempt > 1, step.kind != Action.turnValves([]).kind else { return nil }
        return [
            "step": .string(step.description["title"]?.string ?? step.kind),
            "attempts": .integer(Int64(step.attempt)),
        ]
    }
}
