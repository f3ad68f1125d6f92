import ArgumentParser
import Demo
import EdgeAgent

struct RunsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "What the lab has done, and what of it nobody knows the end of.",
        subcommands: [List.self, Show.self, Resume.self, Stop.self, Abandon.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Runs, newest first.")

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
                    let runs: [RunSummary] = try await access.ask(.runs(limit: self.limit))
                    if self.json { return try StandardStream.output.writeJSON(runs) }
                    var table = TextTable(
                        heading: ["RUN", "BEGUN", "WHAT", "STATE", "REASON"],
                        alignments: [.left, .left, .left, .left, .left])
                    for run in runs {
                        table.add([
                            run.id, run.created.toTheSecond, "\(run.quantity)/\(run.method)", run.state, run.reason,
                        ])
                    }
                    StandardStream.output.write(table, orIfEmpty: "No run yet.")
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One run with its steps and raw files.")

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let report: RunReport = try await access.ask(.run(id: self.id))
                    if self.json { return try StandardStream.output.writeJSON(report) }
                    StandardStream.output.writeLine(report.text)
                }
            }
        }
    }

    struct Abandon: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give up a run that does not go on by itself, and let the lab be used again.",
            discussion: "Look at the lab first: are syringes, vials and tubes as `runs show` says?")

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let report: RunReport = try await access.ask(.abandon(run: self.id, person: self.person.name))
                    if self.json { return try StandardStream.output.writeJSON(report) }
                    StandardStream.output.writeLine(
                        "Run \(report.run.id) is \(report.run.state): \(report.run.reason).")
                }
            }
        }
    }
}

extension RunsCommand {
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a run go on that waits for an operator.",
            discussion: """
                Look at the lab first: are syringes, vials and tubes as `runs show` says? Where nothing can tell whether the \
                last step happened, say it: `--as happened` or `--as repeat`.
                """)

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @Option(name: .customLong("as"), help: "One of the answers that the run's prompt allows.")
        var answer = "resume"

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let prompt: PromptReport = try await access.ask(
                        .resume(run: self.id, answer: self.answer, person: self.person.name))
                    try prompt.tellAnswer(asJSON: self.json, isRunning: access.isRunning)
                }
            }
        }
    }

    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop the run under way, leaving the lab safe; it can be resumed or abandoned.")

        @Argument(help: "The run's id, as `runs list` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let report: RunReport = try await access.ask(.stop(run: self.id, person: self.person.name))
                    if self.json { return try StandardStream.output.writeJSON(report) }
                    StandardStream.output.writeLine(
                        "Run \(report.run.id) stops; then `edge-agent runs resume` or `runs abandon`.")
                }
            }
        }
    }
}

extension RunReport {
    fileprivate var text: String {
        let plan = (self.plan ?? []).enumerated().map { "\($0.offset == 0 ? "plan" : "    ")     \($0.element)" }
        var lines = [
            "run      \(self.run.id)", "request  \(self.run.request)",
            "what     \(self.run.quantity)/\(self.run.method)",
            "state    \(self.run.state)\(self.run.reason.isEmpty ? "" : ": \(self.run.reason)")",
            "begun    \(self.run.created.toTheSecond)", "changed  \(self.run.changed.toTheSecond)",
        ]
        lines += plan + [""]
        var table = TextTable(alignments: [.right, .left, .right, .left])
        for step in self.steps {
            let seconds = Duration.seconds(step.seconds).inWords
            table.add(["\(step.number)", step.state, seconds, step.title + (step.error.map { ": \($0)" } ?? "")])
        }
        lines += table.lines
        lines += self.files.map { "raw file \($0.path) (\($0.bytes) bytes, sha256 \($0.sha256.prefix(12))…)" }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// `2026-11-23 20:17:23` of an ISO 8601 moment, UTC.
    var toTheSecond: String { self.prefix(10) + " " + self.dropFirst(11).prefix(8) }
}
