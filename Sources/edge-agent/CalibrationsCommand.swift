import ArgumentParser
import Demo
import EdgeAgent
import Protocols

struct CalibrationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrations", abstract: "What was determined about the lab itself, and what is due.",
        subcommands: [List.self, Show.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The calibrations that count, with what is due; --all lists all, newest first.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "All, not only the newest of each kind.")
        var all = false

        @Option(help: "How many at most.")
        var limit = 100

        @Flag(help: "Print one JSON object: `calibrations`, and `due` in words.")
        var json = false

        func run() async throws {
            try await reporting {
                let lab = try LabDescription(contentsOf: self.agent.configuration())
                try await self.agent.withAgent { access in
                    let list: [CalibrationReport] = try await access.ask(
                        .calibrations(all: self.all, limit: self.limit))
                    let due = try await access.memory().calibrationsDue(in: lab)
                    if self.json {
                        let report: JSONValue = [
                            "calibrations": try JSONValue(encoding: list), "due": .array(due.map(JSONValue.string)),
                        ]
                        return StandardStream.output.writeLine(report.text())
                    }
                    var table = TextTable(
                        heading: ["DETERMINED", "WHAT", "BY", "ID"], alignments: [.left, .left, .left, .left])
                    for one in list { table.add([String(one.determined.prefix(10)), one.words, one.person, one.id]) }
                    StandardStream.output.write(table, orIfEmpty: "Nothing was calibrated by this agent.")
                    for words in due { StandardStream.output.writeLine("Due: \(words)") }
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One calibration with all that is known of it.")

        @Argument(help: "Its id, as `calibrations` lists it.")
        var id: String

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let one: CalibrationReport = try await access.ask(.calibration(id: self.id))
                    if self.json { return try StandardStream.output.writeJSON(one) }
                    StandardStream.output.writeLine(
                        "\(one.words)\ndetermined \(one.determined) for \(one.person), run \(one.run)\n\(one.detail)"
                    )
                }
            }
        }
    }
}
