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
        let found = Self.noting(steps, in: result.data.object ?? JSONObject())
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

    /// Says in the data which steps were interrupted. Where the mixture did not flow in one go, its parts may have met in
    /// other proportions than the whole, and nothing measures that: the rating says so.
    static func noting(_ steps: [StepRecord], in data: JSONObject) -> JSONObject {
        let interruptions = steps.compactMap(Self.interruption)
        guard !interruptions.isEmpty else { return data }
        var data = data
        var details = data["details"]?.object ?? JSONObject()
        details["interruptions"] = .array(interruptions)
        data["details"] = .object(details)
        let mixing = [Dosing.Purpose.prime, .collect].map(\.rawValue)
        guard steps.contains(where: { $0.attempt > 1 && mixing.contains($0.kind) }) else { return data }
        for name in data.keys {
            guard var entry = data[name]?.object, var meta = entry["meta"]?.object, let rating = meta["rating"]?.integer
            else { continue }
            meta["rating"] = .integer(min(rating, Self.interruptedMixtureRating))
            entry["meta"] = .object(meta)
            data[name] = .object(entry)
        }
        return data
    }

    /// Stands for an error of up to 10 %.
    private static let interruptedMixtureRating: Int64 = 1

    /// A step that was begun more than once, or of which only a person could tell that it happened; valves are only set
    /// as they stood.
    private static func interruption(_ step: StepRecord) -> JSONValue? {
        let witness = step.outcome?[StepRecord.witness]
        guard step.attempt > 1 || witness != nil, step.kind != Action.turnValves([]).kind else { return nil }
        var interruption: JSONObject = [
            "step": .string(step.description["title"]?.string ?? step.kind),
            "attempts": .integer(Int64(step.attempt)),
        ]
        if let witness { interruption["happened_by_word_of"] = witness }
        return .object(interruption)
    }
}

extension StepRecord {
    /// In the outcome of a step that nothing can be asked about: who said that it happened.
    static let witness = "witness"
}
