public import Protocols

extension Journal {
    /// Asks an operator.
    ///
    /// - Parameter due: by when an answer is wanted, counted from now.
    /// - Returns: the question's id.
    public func ask(
        _ question: JSONValue, run: UUIDv7? = nil, due: Duration? = nil
    ) async throws(StoreError) -> UUIDv7 {
        let moment = self.now()
        let prompt = Prompt(
            id: self.ids.make(), run: run, question: question, state: .asked, answer: nil, answeredBy: "",
            asked: moment, due: due.map { moment.advanced(by: $0).utc }, changed: moment)
        try await self.commit("ask an operator") { try PromptTable.insert(prompt, in: $0) }
        return prompt.id
    }

    /// Takes the one answer that a question gets.
    ///
    /// - Throws: `illegalTransition` if it was answered before or has expired.
    public func answer(_ prompt: UUIDv7, _ answer: JSONValue, by person: String) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("answer prompt \(prompt)") { database in
            try PromptTable.end(prompt, .answered, answer: answer, by: person, at: moment, in: database)
            _ = try AuditTable.append(
                person: person, act: "answer prompt", detail: ["prompt": .string("\(prompt)"), "answer": answer],
                utc: moment.utc, in: database)
        }
        self.ringAnswer()
    }

    /// Nobody needs an answer any more.
    public func expire(_ prompt: UUIDv7) async throws(StoreError) {
        let moment = self.now()
        try await self.commit("let prompt \(prompt) expire") {
            try PromptTable.end(prompt, .expired, answer: nil, by: "", at: moment, in: $0)
        }
    }

    public func prompt(_ id: UUIDv7) async throws(StoreError) -> Prompt? {
        try await self.read("read prompt \(id)") { try PromptTable.prompt(id, in: $0) }
    }

    /// Questions that wait for an answer, oldest first.
    public func openPrompts() async throws(StoreError) -> [Prompt] {
        try await self.read("list prompts") { try PromptTable.open(in: $0) }
    }

    /// The last question that a run has asked.
    public func newestPrompt(of run: UUIDv7) async throws(StoreError) -> Prompt? {
        try await self.read("read the prompts of run \(run)") { try PromptTable.newest(of: run, in: $0) }
    }

    /// Questions of all states, newest first.
    public func prompts(before id: UUIDv7? = nil, limit: Int = 100) async throws(StoreError) -> [Prompt] {
        try await self.read("list prompts") { try PromptTable.page(before: id, limit: limit, in: $0) }
    }
}
