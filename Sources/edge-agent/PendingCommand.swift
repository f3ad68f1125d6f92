import ArgumentParser
import Demo
import EdgeAgent

struct PendingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pending",
        abstract: "Requests at the broker that the lab leaves alone, and why; bottles that will not suffice.")

    @OptionGroup var agent: AgentSelection

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reporting {
            try await self.agent.withAgent { access in
                let report: PendingReport = try await access.ask(.pending)
                if self.json { return try StandardStream.output.writeJSON(report) }
                if let obstacle = report.obstacle {
                    StandardStream.output.writeLine("The lab takes nothing: \(obstacle).")
                }
                for shortage in report.shortages ?? [] { StandardStream.output.writeLine("\(shortage.words).") }
                var table = TextTable(
                    heading: ["REQUEST", "SINCE", "WHAT", "REASON"], alignments: [.left, .left, .left, .left])
                for one in report.requests {
                    table.add([one.request, one.since.toTheSecond, "\(one.quantity)/\(one.method)", one.reason])
                }
                StandardStream.output.write(table, orIfEmpty: "No request is left alone.")
            }
        }
    }
}
