import DeviceKit
import Methods
import Protocols
import Store

/// Who is in the chat, what everybody reads, and which transports they were told of.
actor ChatRoom {
    /// Texts that wait for one client; one that reads none of them is let go.
    static let backlog = 256
    static let mostMembers = 64

    /// What goes to one client, in order.
    struct Letters: Sendable {
        let sender: AsyncStream<String>.Continuation
        /// Ends the connection of a client that does not read.
        let hangUp: @Sendable () -> Void

        func send(_ text: String) {
            if case .dropped = self.sender.yield(text) { self.hangUp() }
        }
    }

    /// One that waits for somebody.
    struct Transport: Sendable, Hashable {
        let prompt: UUIDv7
        let request: String
        let origin: JSONValue
        let destination: JSONValue
    }

    private let journal: Journal
    private let answer: @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue
    private let time: @Sendable () -> String
    private var members: [String: Letters] = [:]
    /// Transports that everybody present was told of, by request.
    private var open: [String: Transport] = [:]
    private var isLooking = false
    private var mustLookAgain = false

    /// - Parameter answer: takes what members answer.
    init(
        journal: Journal, time: @escaping @Sendable () -> String = ChatTime.now,
        answer: @escaping @Sendable (OperatorRequest) async throws(OperatorError) -> JSONValue
    ) {
        self.journal = journal
        self.answer = answer
        self.time = time
    }

    /// Tells of transports as they are asked for and answered, and of results as they reach the broker, until the task is
    /// cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for signs in [self.journal.promptSigns(), self.journal.answerSigns()] {
                group.addTask {
                    for await _ in signs { try await self.look() }
                }
            }
            group.addTask {
                let (delivered, sign) = AsyncStream.makeStream(of: String.self)
                let report = DeliveryReport(journal: self.journal) { event in
                    if case .delivered(let request, _) = event { sign.yield(request) }
                }
                async let reporting: Void = report.run()
                for await request in delivered { await self.tellDelivery(of: request) }
                try await reporting
            }
            try await self.look()
        }
    }

    // MARK: Members

    func isFree(_ name: String) -> Bool { self.members[name] == nil && self.members.count < Self.mostMembers }

    /// False if somebody else was faster to take the name.
    func join(_ name: String, _ letters: Letters) -> Bool {
        guard self.isFree(name) else { return false }
        self.members[name] = letters
        self.tell(ChatText.joined(name))
        // Whoever comes later reads what still waits.
        for task in self.open.values.sorted(by: { $0.prompt < $1.prompt }) {
            self.send(self.notice(task, isReminder: true), to: name)
        }
        return true
    }

    func leave(_ name: String) {
        guard self.members.removeValue(forKey: name) != nil else { return }
        self.tell(ChatText.left(name))
    }

    /// To everybody, whoever said it included.
    func tell(_ message: String) {
        let text = ChatText.envelope(message, at: self.time())
        for name in self.members.keys.sorted() { self.send(text, to: name) }
    }

    func explain(_ message: String, to name: String) {
        self.send(ChatText.envelope(message, at: self.time()), to: name)
    }

    private func send(_ text: String, to name: String) { self.members[name]?.send(text) }

    // MARK: Transports

    /// Takes what a member says of a task.
    func complete(_ completion: ChatCompletion, by name: String) async {
        do {
            guard let task = self.open[completion.request] else {
                return self.explain(
                    "No request \(completion.request) waits for transport; nothing was posted.", to: name)
            }
            let (choice, entries) = completion.answer(to: task)
            // Nobody checks the name: what it did is not to be taken for what somebody with an account did.
            _ = try await self.answer(
                .answer(
                    prompt: task.prompt.description, answer: choice.rawValue, person: "\(name) (chat)",
                    entries: entries,
                    role: .operator))
        } catch {
            self.explain("\(error); nothing was posted.", to: name)
        }
    }

    /// Compares what waits with what was told; asked to while it does, once more.
    private func look() async throws {
        guard !self.isLooking else {
            self.mustLookAgain = true
            return
        }
        self.isLooking = true
        defer { self.isLooking = false }
        repeat {
            self.mustLookAgain = false
            try await self.lookOnce()
        } while self.mustLookAgain
    }

    private func lookOnce() async throws {
        var open: [String: Transport] = [:]
        for prompt in try await self.journal.openPrompts() {
            guard let run = prompt.run, let record = try await self.journal.run(run),
                record.quantity == "transport", record.method == "transport_service",
                let place = record.request["parameters"]?[record.method], let origin = place["origin"],
                let destination = place["destination"]
            else { continue }
            open[record.requestID.lowercased()] = Transport(
                prompt: prompt.id, request: record.requestID, origin: origin, destination: destination)
        }
        let known = self.open
        self.open = open
        for task in open.values.sorted(by: { $0.prompt < $1.prompt }) where known[task.request.lowercased()] == nil {
            for name in self.members.keys.sorted() { self.send(self.notice(task, isReminder: false), to: name) }
        }
        for task in known.values where open[task.request.lowercased()] == nil {
            let prompt = try await self.journal.prompt(task.prompt)
            let end = prompt?.state == .answered ? "was answered by \(prompt?.answeredBy ?? "")" : "was taken back"
            self.tell("Request \(task.request) \(end).")
        }
    }

    private func tellDelivery(of request: String) async {
        let runs = (try? await self.journal.runs(forRequest: request)) ?? []
        guard runs.last?.quantity == "transport" else { return }
        self.tell(ChatText.posted(request))
    }

    private func notice(_ task: Transport, isReminder: Bool) -> String {
        ChatText.envelope(
            ChatText.task(task.request, from: task.origin, to: task.destination, isReminder: isReminder),
            at: self.time())
    }
}

extension ChatCompletion {
    /// What it means as an answer to the transport's question.
    func answer(to task: ChatRoom.Transport) -> (TransportService.Answer, [String: String]?) {
        guard let place else { return (self.isDone ? .done : .impossible, nil) }
        let location = SampleLocation(address: place.address, detail1: place.detail1, detail2: place.detail2)
        if self.isDone, SampleLocation(task.destination) == location { return (.done, nil) }
        var entries = ["address": place.address]
        entries["detail_1"] = place.detail1
        entries["detail_2"] = place.detail2
        return (self.isDone ? .elsewhere : .impossible, entries)
    }
}
