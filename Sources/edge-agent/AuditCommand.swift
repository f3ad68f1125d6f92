import ArgumentParser
import Demo
import EdgeAgent

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What people did, in a chain that shows whether anything was changed.",
        subcommands: [List.self, Verify.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Human acts, newest first.")

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
                    let entries: [AuditReport] = try await access.ask(.audit(limit: self.limit))
                    if self.json { return try StandardStream.output.writeJSON(entries) }
                    var table = TextTable(
                        heading: ["NO.", "AT", "WHO", "WHAT", "DETAIL"],
                        alignments: [.right, .left, .left, .left, .left])
                    for one in entries {
                        table.add(["\(one.sequence)", one.time.toTheSecond, one.person, one.act, one.detail])
                    }
                    StandardStream.output.write(table, orIfEmpty: "Nobody has done anything yet.")
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compute the chain anew.",
            discussion: """
                Note the last hash elsewhere now and then: a chain that was cut off, or written anew as a whole, does not lead \
                to it. Ends with exit code 65 if an entry does not follow from the one before.
                """)

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let check: AuditCheck = try await access.ask(.verifyAudit)
                    if self.json {
                        try StandardStream.output.writeJSON(check)
                    } else if let broken = check.brokenAt {
                        StandardStream.output.writeLine(
                            "Entry \(broken) does not follow from the one before: it, or one before it, was changed.")
                    } else {
                        StandardStream.output.writeLine("\(check.entries) entries; the last hash is \(check.head).")
                    }
                    guard check.brokenAt == nil else { throw ExitCode(.badData) }
                }
            }
        }
    }
}
