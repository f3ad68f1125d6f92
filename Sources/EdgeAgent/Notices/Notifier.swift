import DeviceKit
import Protocols
import Store
import Uplink

/// Tells people that questions wait for them, by webhook and by a command, and again as long as they wait. What cannot be
/// told is tried again; no work ever waits for it.
///
/// How often people were told is in the journal, so that a restart tells nothing twice that was told.
actor Notifier {
    private enum Channel: CaseIterable {
        case webhook, command
    }

    private static let longestPause = Duration.seconds(60)

    private let journal: Journal
    private let settings: OperatorSettings.Notification
    private let lab: String
    private let observe: @Sendable (AgentEvent) -> Void
    private let schedule: NoticeSchedule
    /// Who was told of the present notice of a question already.
    private var told: [UUIDv7: Set<Channel>] = [:]
    private var pause = Duration.seconds(1)
    private var hasFailed = false

    init(
        journal: Journal, settings: OperatorSettings.Notification, lab: String,
        observe: @escaping @Sendable (AgentEvent) -> Void
    ) {
        self.journal = journal
        self.settings = settings
        self.lab = lab
        self.observe = observe
        self.schedule = NoticeSchedule(again: settings.again)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingDiscardingTaskGroup { group in
            for signs in [self.journal.promptSigns(), self.journal.answerSigns()] {
                group.addTask {
                    for await _ in signs { ringer.yield() }
                }
            }
            ringer.yield()
            var armed: ContinuousClock.Instant?
            for await _ in bell {
                guard let wait = try await self.look() else { continue }
                let deadline = ContinuousClock.now + wait
                if let armed, armed > .now, armed <= deadline { continue }
                armed = deadline
                group.addTask {
                    try await ContinuousClock().sleep(until: deadline)
                    ringer.yield()
                }
            }
            group.cancelAll()
        }
    }

    /// Tells what is due.
    ///
    /// - Returns: until it is to be called again; nil as long as nothing is asked.
    private func look() async throws -> Duration? {
        let open = try await self.journal.openPrompts()
        self.told = self.told.filter { told in open.contains { $0.id == told.key } }
        var wait: Duration?
        var failure: String?
        for prompt in open {
            let now = self.journal.now()
            let count = self.schedule.count(for: prompt, at: now)
            if prompt.notices < count {
                failure = await self.tell(prompt, count, at: now) ?? failure
            }
            let next = self.schedule.pause(for: prompt, at: now)
            wait = min(wait ?? next, next)
        }
        guard let failure else {
            self.pause = .seconds(1)
            self.hasFailed = false
            return wait
        }
        if !self.hasFailed { self.observe(.notice("people could not be told that questions wait: \(failure)")) }
        self.hasFailed = true
        defer { self.pause = min(self.pause * 2, Self.longestPause) }
        return min(wait ?? self.pause, self.pause)
    }

    /// - Returns: why somebody was not told.
    private func tell(_ prompt: Prompt, _ count: Int, at now: Moment) async -> String? {
        do {
            let report = try PromptReport(prompt)
            let notice: JSONValue = [
                "event": prompt.notices == 0 ? "prompt.asked" : "prompt.waiting", "lab": .string(self.lab),
                "late": .bool(self.schedule.isLate(prompt, at: now)), "prompt": try JSONValue(encoding: report),
                "text": .string("\(self.lab): \(report.text)"),
            ]
            var failures: [String] = []
            for channel in Channel.allCases where self.told[prompt.id]?.contains(channel) != true {
                do {
                    try await self.send(notice, by: channel)
                    self.told[prompt.id, default: []].insert(channel)
                } catch {
                    failures.append("\(error)")
                }
            }
            guard failures.isEmpty else { return failures.joined(separator: "; ") }
            try await self.journal.noteNotices(of: prompt.id, count: count)
            self.told[prompt.id] = nil
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func send(_ notice: JSONValue, by channel: Channel) async throws {
        switch channel {
        case .webhook:
            guard let url = self.settings.webhook else { return }
            let token = try self.settings.tokenFile.map { file throws(SourceDiagnostics) in
                String(try TextFile.read(file).prefix { !$0.isNewline })
            }
            try await Webhook(url: url, token: token).post(notice)
        case .command:
            guard !self.settings.command.isEmpty else { return }
            try await NoticeCommand(self.settings.command).run(notice)
        }
    }
}
