import ArgumentParser
import Demo
import EdgeAgent

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "Results on their way to the broker.",
        subcommands: [List.self, Retry.self, Export.self, Verify.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Results in the order they were made.")

        @OptionGroup var agent: AgentSelection

        @Option(help: "Only those that are ready, sending, ambiguous, delivered, conflict or quarantined.")
        var only: String?

        @Flag(help: "Print a JSON array.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let entries = try await access.outbox(only: self.only)
                    if self.json { return try StandardStream.output.writeJSON(entries) }
                    var table = TextTable(
                        heading: ["RESULT", "MADE", "WHAT", "STATE", "POSTS", "REASON"],
                        alignments: [.left, .left, .left, .left, .right, .left])
                    for one in entries {
                        table.add([
                            one.id, one.created.toTheSecond, "\(one.quantity)/\(one.method)", one.state,
                            "\(one.attempts)",
                            one.intact ? one.reason : "DAMAGED: does not have its checksum",
                        ])
                    }
                    StandardStream.output.write(table, orIfEmpty: "No result.")
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a result once more that the broker refused, or that is in conflict.")

        @Argument(help: "The result's id, as `outbox list` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let entry: OutboxEntry = try await access.ask(.retry(result: self.id, person: self.person.name))
                    if self.json { return try StandardStream.output.writeJSON(entry) }
                    let when = access.isRunning ? "now" : "when the agent runs"
                    StandardStream.output.writeLine("Result \(entry.id) is \(entry.state); it is sent \(when).")
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every result and compare it with its checksum; 65 if one is damaged.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let check: OutboxCheck = try await access.ask(.verifyOutbox)
                    if self.json {
                        try StandardStream.output.writeJSON(check)
                    } else {
                        StandardStream.output.writeLine("\(check.results) results, \(check.damaged.count) damaged.")
                    }
                    guard check.damaged.isEmpty else {
                        throw OperatorError(
                            .badData, "damaged: \(check.damaged.joined(separator: ", ")); restore them from a backup")
                    }
                }
            }
        }
    }
}

extension AgentAccess {
    /// The whole outbox, page by page.
    func outbox(only state: String? = nil) async throws -> [OutboxEntry] {
        var entries: [OutboxEntry] = []
        while true {
            let page: [OutboxEntry] = try await self.ask(.outbox(state: state, after: entries.last?.id, limit: 500))
            entries += page
            if page.isEmpty { return entries }
        }
    }
}
