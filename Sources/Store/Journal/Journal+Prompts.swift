public import Protocols

extension Journal {
    /// Asks an operator.
    ///
    /// - Parameters:
    ///   - due: by when an answer is wanted, counted from now.
    ///   - subject: what it is about; if a question about that waits already, nothing is asked.
    /// - Returns: the question that waits now.
    @discardableResult
    public func ask(
        _ question: JSONValue, run: UUIDv7? = nil, about subject: String? = nil, due: Duration? = nil
    ) async throws(StoreError) -> UUIDv7 {
        let prompt = Prompt(
            asking: question, id: self.ids.make(), run: run, about: subject, due: due, at: self.now())
        let id = try await self.commit("ask an operator") { database in
            if let subject, let open = try PromptTable.newest(about: subject, in: database), open.state == .asked {
                return open.id
            }
            try PromptTable.insert(prompt, in: database)
            return prompt.id
        }
        if id == prompt.id { self.ringPrompt() }
        return id
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
        self.ringPrompt()
    }

    /// Nobody needs an answer any more to what is asked about something, if anything is.
    public func expire(about subject: String) async throws(StoreError) {
        guard let prompt = try await self.prompt(about: subject), prompt.state == .asked else { return }
        do throws(StoreError) {
            try await self.expire(prompt.id)
        } catch {
            // Answered in this very moment.
            guard error.code == .illegalTransition else { throw error }
        }
    }

    /// Notes that people were told that it waits.
    ///
    /// - Parameter count: how many notices need not be given any more.
    public func noteNotices(of prompt: UUIDv7, count: Int) async throws(StoreError) {
        try await self.commit("note notices of prompt \(prompt)") {
            try PromptTable.noteNotices(of: prompt, count: count, in: $0)
        }
    }

    public func prompt(_ id: UUIDv7) async throws(StoreError) -> Prompt? {
        try await self.read("read prompt \(id)") { try PromptTable.prompt(id, in: $0) }
    }

    /// Questions that wait for an answer, oldest first.
    public func openPrompts() async throws(StoreError) -> [Prompt] {
        try await self.read("list prompts") { try PromptTable.open(in: $0) }
    }

    /// The last question about something, whether it waits or not.
    public func prompt(about subject: String) async throws(StoreError) -> Prompt? {
        try await self.read("read the prompts about \(subject)") { try PromptTable.newest(about: subject, in: $0) }
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
