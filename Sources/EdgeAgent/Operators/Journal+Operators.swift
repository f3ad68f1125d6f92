import Protocols
import Store

/// Why an agent takes nothing new. Both outlive it, so that no restart makes the lab move.
enum Hindrance: String {
    /// Somebody halted the lab.
    case halted
    /// A run left the lab in doubt.
    case doubt
}

extension Journal {
    /// The reason in words; nil if nothing is in the way.
    func hindrance(_ kind: Hindrance) async throws(StoreError) -> String? {
        let text = try await self.fact(kind.rawValue)
        return text?.isEmpty == false ? text : nil
    }

    func setHindrance(_ kind: Hindrance, _ reason: String?) async throws(StoreError) {
        try await self.setFact(kind.rawValue, reason ?? "")
    }

    func obstacle() async throws(StoreError) -> String? {
        if let halted = try await self.hindrance(.halted) { return Self.adviceAfterHalt(halted) }
        return try await self.hindrance(.doubt)
    }

    /// Notes that a lab without a running agent was halted.
    func noteHalt(by person: String, _ report: HaltReport) async throws(StoreError) {
        try await self.setHindrance(.halted, Self.haltReason(person))
        try await self.appendAudit(
            person: person, act: "halt", detail: ["not_stopped": .array(report.failures.map { .string($0.device) })])
    }

    static func haltReason(_ person: String) -> String {
        "halted by \(person) at \(Moment.now().text.prefix(19))Z"
    }

    static func adviceAfterHalt(_ reason: String) -> String {
        "\(reason); look at the lab, then `edge-agent halt --release`"
    }

    /// Gives up a run that nobody carries on, on an operator's word.
    func abandon(_ run: RunRecord, by person: String) async throws {
        let isInTheWay = try await self.hindrance(.doubt)?.contains(run.id.description) == true
        guard !run.state.isFinal || isInTheWay else {
            throw OperatorError(
                .badData, "run \(run.id) has \(run.state.rawValue) already; there is nothing to abandon")
        }
        try await self.appendAudit(
            person: person, act: "abandon run",
            detail: ["run": .string("\(run.id)"), "state": .string(run.state.rawValue), "reason": .string(run.reason)])
        if !run.state.isFinal {
            let reason = "abandoned by \(person)" + (run.reason.isEmpty ? "" : "; before: \(run.reason)")
            // Not “stopped”: what may have happened in part is not begun a second time by itself.
            try await self.setRunState(run.id, .failed, reason: reason)
        }
        if isInTheWay { try await self.setHindrance(.doubt, nil) }
    }
}

extension Journal {
    /// Ends the use of a journal whose agent did not end cleanly, without a word about that.
    func leaveUnclean() async throws(StoreError) { try await self.checkpoint() }
}
