import ArgumentParser
import Demo
import EdgeAgent
import Protocols

struct HaltCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "halt", abstract: "Stop every device now; asks nothing.",
        discussion: """
            A run under way ends as stopped, and the agent takes nothing new until --release. Without a running agent the \
            devices are stopped directly. Ends with exit code 69 if something could not be stopped: go there.
            """)

    @OptionGroup var agent: AgentSelection
    @OptionGroup var place: LabPlace
    @OptionGroup var person: PersonOption

    @Flag(help: "Let the lab work again after a halt.")
    var release = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reporting {
            if self.release { return try await self.letWorkAgain() }
            let (report, remarks) = try await AgentHalt.halt(
                stateDirectory: self.agent.stateDirectory(), person: self.person.name
            ) {
                try self.place.laboratory(self.agent.configuration())
            }
            for remark in remarks { StandardStream.error.writeLine("edge-agent: \(remark)") }
            if self.json {
                try StandardStream.output.writeJSON(report)
            } else {
                let runs = report.runs.map { "; run \($0) ends" }.joined()
                StandardStream.output.writeLine("Stopped \(report.stopped.count) devices\(runs).")
            }
            for failure in report.failures { StandardStream.error.writeLine("NOT STOPPED \(failure.error)") }
            guard report.failures.isEmpty else { throw ExitCode(.unavailable) }
        }
    }

    private func letWorkAgain() async throws {
        try await self.agent.withAgent { access in
            let answer = try await access.ask(.release(person: self.person.name))
            if self.json { return StandardStream.output.writeLine(answer.text()) }
            StandardStream.output.writeLine("The lab works again.")
        }
    }
}
