import Foundation
import Protocols
import Simulators
import Site

/// Somebody at a terminal who answers what the agent asks, after a look at the lab.
struct SimulatedOperator: Sendable {
    let site: SimulatedSite

    /// Answers until the agent has ended.
    func attend(to agent: EdgeAgentProgram.Started) async throws {
        var asked = 0
        while agent.isRunning {
            let questions = agent.output.components(separatedBy: #""event":"operator.asked""#).count
            if questions > asked, try await self.answer() { asked = questions }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// - Returns: whether there was an agent to answer.
    private func answer() async throws -> Bool {
        guard let prompts = try await self.site.tries("prompts") else { return false }
        for prompt in prompts.array ?? [] where prompt["state"] == "asked" {
            let choices = prompt["choices"]?.array?.compactMap { $0["answer"]?.string } ?? []
            var choice = choices.contains("resume") ? "resume" : "abandon"
            if choices.contains("happened"), let run = prompt["run"]?.string {
                guard let happened = try await self.didOpenGas(inLastStepOf: run) else { return false }
                choice = happened ? "happened" : "repeat"
            }
            _ = try await self.site.tries("prompts", "answer", prompt["id"]?.string ?? "", choice, "--by", "tester")
        }
        return true
    }

    /// What somebody beside the lab has seen: whether the gas was opened since the open step was begun.
    private func didOpenGas(inLastStepOf run: String) async throws -> Bool? {
        guard let report = try await self.site.tries("runs", "show", run),
            let begun = report["steps"]?.array?.first(where: { $0["state"] == "unknown" })?["begun"]?.string,
            let time = Evidence.secondsSinceBoot(begun)
        else { return nil }
        return try Evidence.events(inFile: self.site.events).contains { event in
            if case .relaySwitched(_, energised: true) = event.occurrence { event.time >= time } else { false }
        }
    }
}
