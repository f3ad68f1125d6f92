import Methods
import Protocols
import Simulators
import Store

@testable import Demo

/// Holds three logs against each other that nobody can bring into agreement afterwards: the simulated hardware's, the
/// agent's and the broker's.
struct Oracle {
    let evidence: Evidence

    /// Faults of all kinds.
    var verdict: Verdict {
        var verdict = Verdict()
        self.checkDelivery(&verdict)
        self.checkTruth(&verdict)
        self.checkMotions(&verdict)
        self.checkGas(&verdict)
        return verdict
    }

    /// One result for each request; none for one that was given up.
    private func checkDelivery(_ verdict: inout Verdict) {
        let results = Dictionary(grouping: self.evidence.results) { $0.result.requestUUID.lowercased() }
        for (id, request) in self.evidence.requests.sorted(by: { $0.key < $1.key }) {
            let title = "\(request.title) (\(id))"
            let count = results[id.lowercased()]?.count ?? 0
            let runs = self.evidence.runs.filter { $0.request == id }
            let story = runs.map { "run \($0.id) \($0.state.rawValue) \($0.reason)" }.joined(separator: ", ")
            verdict.delivered += min(count, 1)
            if count > 1 { verdict.duplicates.append("\(title) has \(count) results") }
            if runs.count(where: { $0.state == .succeeded }) > 1 {
                verdict.repeated.append("\(title) was served by \(story)")
            }
            guard count == 0 else { continue }
            if runs.last?.state == .failed {
                verdict.givenUp += 1
            } else {
                verdict.lost.append("\(title) has no result; \(story.isEmpty ? "no run" : story)")
            }
        }
        for (id, states) in self.evidence.outbox.sorted(by: { $0.key < $1.key }) {
            for state in states where state != .delivered {
                verdict.lost.append("a result for \(id) is \(state.rawValue) in the outbox")
            }
            if states.count > 1 { verdict.duplicates.append("\(id) has \(states.count) results in the outbox") }
        }
        for id in results.keys.sorted() where self.evidence.requests[id] == nil {
            verdict.wrong.append("the broker has a result for \(id), which nobody asked for")
        }
    }

    /// Gas is opened at most once for each time a blow was begun.
    private func checkGas(_ verdict: inout Verdict) {
        for (step, events) in self.eventsByStep {
            let openings = events.count { event in
                if case .relaySwitched(_, energised: true) = event.occurrence { true } else { false }
            }
            guard openings > 0 else { continue }
            guard let step, case .blow = step.action else {
                verdict.unjournaled.append(
                    "gas was opened \(openings) times outside of a blow: \(step?.name ?? "no step")")
                continue
            }
            if openings > step.attempts {
                verdict.repeated.append("\(step.name) opened the gas \(openings) times in \(step.attempts) attempts")
            }
        }
    }
}
