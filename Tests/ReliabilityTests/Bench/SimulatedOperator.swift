import Protocols
import Site

/// Somebody at a terminal who answers what the agent asks.
struct SimulatedOperator {
    let site: SimulatedSite

    /// Answers until the agent has ended.
    func attend(to agent: EdgeAgentProgram.Started) async throws {
        var read = 0
        while agent.isRunning {
            let output = agent.output.utf8.count
            // Whatever is asked is told in an event before.
            if output > read {
                read = output
                try await self.answer(agent)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func answer(_ agent: EdgeAgentProgram.Started) async throws {
        let output = agent.output
        guard output.contains("broker.reachable") || output.contains("runs abandon") else { return }
        guard let runs = try await self.site.tries("runs") else { return }
        for run in runs.array ?? [] where run["state"] == "outcome unknown" {
            _ = try await self.site.tries("runs", "abandon", run["id"]?.string ?? "", "--by", "tester")
        }
    }
}
