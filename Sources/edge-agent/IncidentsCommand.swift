import ArgumentParser
import Demo
import EdgeAgent
import Protocols

struct IncidentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents", abstract: "What happened to the machine and to what the agent remembers.",
        discussion: """
            Damaged files, steps of the clock, readings given up for want of space. Damage holds the lab until somebody \
            has looked and acknowledged it.
            """,
        subcommands: [List.self, Acknowledge.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Incidents, newest first.")

        @OptionGroup var agent: AgentSelection

        @Option(help: "How many.")
        var limit = 20

        @Flag(help: "Print a JSON array.")
        var json = false

        func validate() throws {
            guard self.limit > 0 else { throw ValidationError("--limit must be above 0") }
        }

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let incidents: [IncidentReport] = try await access.ask(.incidents(limit: self.limit))
                    if self.json { return try StandardStream.output.writeJSON(incidents) }
                    var table = TextTable(
                        heading: ["INCIDENT", "AT", "KIND", "ACKNOWLEDGED BY", "WHAT"],
                        alignments: [.left, .left, .left, .left, .left])
                    for one in incidents {
                        table.add([one.id, one.occurred.toTheSecond, one.kind, one.acknowledgedBy, one.text])
                    }
                    StandardStream.output.write(table, orIfEmpty: "No incident.")
                }
            }
        }
    }

    struct Acknowledge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Somebody has looked, and the lab may work again.")

        @Argument(help: "The incident's id, as `incidents list` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let request = OperatorRequest.acknowledge(incident: self.id, person: self.person.name)
                    let answer = try await access.ask(request)
                    if self.json { return StandardStream.output.writeLine(answer.text()) }
                    StandardStream.output.writeLine("Acknowledged by \(self.person.name).")
                }
            }
        }
    }
}
