import ArgumentParser
import Demo
import EdgeAgent
import Methods

struct PromptsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prompts", abstract: "Questions that wait for an operator.",
        subcommands: [List.self, Show.self, Answer.self], defaultSubcommand: List.self)

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

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One question in full, with what is entered for each answer.")

        @Argument(help: "The prompt's id, as `prompts` shows it.")
        var id: String

        @OptionGroup var agent: AgentSelection

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                try await self.agent.withAgent { access in
                    let prompt: PromptReport = try await access.ask(.prompt(id: self.id))
                    if self.json { return try StandardStream.output.writeJSON(prompt) }
                    let state = try self.agent.stateDirectory()
                    let picture = prompt.picture.map { ["Picture: \(state)/\($0.path)"] } ?? []
                    StandardStream.output.writeLine(([prompt.listing] + picture).joined(separator: "\n"))
                }
            }
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Answer a question; the first answer counts.",
            discussion: """
                For example: edge-agent prompts answer ID done
                             edge-agent prompts answer ID elsewhere address="Lab 7" detail_1=Fridge
                             edge-agent prompts answer ID 50 --unit mL
                The lab acts on it as soon as the agent runs.
                """)

        @Argument(help: "The prompt's id, as `prompts` shows it.")
        var id: String

        @Argument(help: "One of the answers that it allows, or the value that it asks for.")
        var answer: String

        @Argument(
            help: ArgumentHelp("What is entered with the answer, as `prompts show` names it.", valueName: "name=value"))
        var entries: [String] = []

        @Option(help: "The unit of a value.")
        var unit: String?

        @OptionGroup var agent: AgentSelection
        @OptionGroup var person: PersonOption

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws { _ = try self.parsedEntries() }

        /// `name=value` each; nothing is entered twice.
        private func parsedEntries() throws -> [String: String] {
            var entries: [String: String] = [:]
            for text in self.entries {
                guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
                    throw ValidationError("“\(text)”: write name=value; see `edge-agent prompts show \(self.id)`")
                }
                let name = String(text[..<sign])
                guard entries.updateValue(String(text[text.index(after: sign)...]), forKey: name) == nil else {
                    throw ValidationError("“\(name)” is entered twice")
                }
            }
            return entries
        }

        func run() async throws {
            try await reporting {
                let answer = self.unit.map { "\(self.answer) \($0)" } ?? self.answer
                let entries = try self.parsedEntries()
                try await self.agent.withAgent { access in
                    let prompt: PromptReport = try await access.ask(
                        .answer(
                            prompt: self.id, answer: answer, person: self.person.name,
                            entries: entries.isEmpty ? nil : entries))
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
        let due = self.due.map { ", due \($0.toTheSecond)" } ?? ""
        let end = self.state == "asked" ? due : ", \(self.answer.map { "answered “\($0)”" } ?? self.state)"
        let by = self.answeredBy.map { " by \($0)" } ?? ""
        var table = TextTable(alignments: [.left, .left])
        for choice in self.choices {
            table.add(["  \(choice.answer)", choice.meaning])
            for entry in choice.entries {
                table.add(["    \(entry.name)=", entry.words + (entry.isRequired ? "" : " (may be left out)")])
            }
        }
        for (name, value) in self.entered.sorted(by: { $0.key < $1.key }) { table.add(["  \(name)", value]) }
        return ([asked + end + by, self.text] + table.lines).joined(separator: "\n")
    }

    /// After it has been answered.
    func tellAnswer(asJSON isJSON: Bool, isRunning: Bool) throws {
        if isJSON { return try StandardStream.output.writeJSON(self) }
        let meaning = self.choices.first { $0.answer == self.answer }?.meaning ?? ""
        let when = isRunning || self.answer == "abandon" ? "" : " It takes effect when the agent runs."
        let entered = self.entered.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        StandardStream.output.writeLine("Answered “\(self.answer ?? "")”\(entered): \(meaning).\(when)")
    }
}
