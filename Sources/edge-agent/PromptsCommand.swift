import ArgumentParser
import Demo
import EdgeAgent

struct PromptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts", abstract: "Questions that wait for an operator.",
        subcommands: [List.self, Answer.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What is asked, and what can be answered.")

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Those that are answered or need no answer any more, too; newest first.")
        var all = false

        @Option(help: "How many with --all.")
        var limit = 20

        @Flag(help: "Print a JSON array.")
        var json = false

        func validate() throws {
            guard self.limit > 0 else { throw ValidationError("--limit must be above 0") }
        }

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let prompts: [PromptReport] = try await access.ask(.prompts(all: self.all, limit: self.limit))
                    if self.json { return try StandardStream.output.writeJSON(prompts) }
                    guard !prompts.isEmpty else { return StandardStream.output.writeLine("Nothing waits for you.") }
                    StandardStream.output.writeLine(prompts.map(\.listing).joined(separator: "\n\n"))
                }
            }
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer a question; the first answer counts.",
            discussion: "The lab acts on it as soon as the agent runs.")

        @Argument(help: "The prompt's id, as `prompts` shows it.")
        var id: String

        @Argument(help: "One of the answers that it allows.")
        var answer: String

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let prompt: PromptReport = try await access.ask(
                        .answer(prompt: self.id, answer: self.answer, person: self.person.name))
                    try prompt.tellAnswer(asJSON: self.json, isRunning: access.isRunning)
                }
            }
        }
    }
}

extension PromptReport {
    /// What is asked, in lines.
    fileprivate var listing: String {
        let asked = "\(self.id)  asked \(self.asked.toTheSecond)"
        let end = self.state == "asked" ? "" : ", \(self.answer.map { "answered “\($0)”" } ?? self.state)"
        let by = self.answeredBy.map { " by \($0)" } ?? ""
        var table = TextTable(alignments: [.left, .left])
        for choice in self.choices { table.add(["  \(choice.answer)", choice.meaning]) }
        return ([asked + end + by, self.text] + table.lines).joined(separator: "\n")
    }

    /// After it has been answered.
    func tellAnswer(asJSON isJSON: Bool, isRunning: Bool) throws {
        if isJSON { return try StandardStream.output.writeJSON(self) }
        let meaning = self.choices.first { $0.answer == self.answer }?.meaning ?? ""
        let when = isRunning || self.answer == "abandon" ? "" : " It takes effect when the agent runs."
        StandardStream.output.writeLine("Answered “\(self.answer ?? "")”: \(meaning).\(when)")
    }
}
