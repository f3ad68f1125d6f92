import ArgumentParser
import Demo
import EdgeAgent

struct ReadingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings", abstract: "The newest reading of each state that is polled.",
        discussion: """
            States are polled while an agent runs, as often as the device's profile says. When none runs, the last readings \
            it kept are shown.
            """)

    @Argument(help: "A device of the lab; otherwise all.")
    var device: String?

    @OptionGroup var agent: AgentSelection

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        try await reporting {
            try await self.agent.withAgent { access in
                let reports: [ReadingReport] = try await access.ask(.readings(device: self.device))
                if self.json { return try StandardStream.output.writeJSON(reports) }
                var table = TextTable(
                    heading: ["DEVICE", "STATE", "VALUE", "READ", "MISSED", "NOW"],
                    alignments: [.left, .left, .right, .left, .right, .left])
                for one in reports {
                    let value = one.word ?? one.value.map { "\($0) \(one.unit)" } ?? "-"
                    table.add([
                        one.device, one.state, value, one.time?.toTheSecond ?? "-", one.missed.map(String.init) ?? "-",
                        one.error ?? "",
                    ])
                }
                StandardStream.output.write(table, orIfEmpty: "Nothing is polled.")
            }
        }
    }
}
