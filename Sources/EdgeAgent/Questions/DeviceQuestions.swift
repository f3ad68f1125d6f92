import DeviceKit
import Methods
import Protocols
import Store

/// Questions about devices that are not as they should be for longer than a moment. They are taken back when the device is
/// well again.
actor DeviceQuestions {
    private let journal: Journal
    private let book: QuestionBook
    private let patience: Duration
    private var troubles: [String: Trouble] = [:]
    private var count = 0

    /// From the moment that a device was not well until it is. What it is, its state says; the words for it may change.
    private struct Trouble {
        /// Tells it from the next one of the device.
        let number: Int
        /// As it was last told.
        var fault: DeviceNews.Fault
        /// The states that people were asked about, or are to be.
        var asked: Set<DeviceState> = []
        /// The states for which patience runs.
        var awaited: Set<DeviceState> = []
    }

    /// - Parameter patience: how long a device may be away before people are asked, as one is that is plugged in anew.
    init(journal: Journal, book: QuestionBook, patience: Duration = .seconds(5)) {
        self.journal = journal
        self.book = book
        self.patience = patience
    }

    /// Asks until the task is cancelled. What the journal does not take now is told by the machine's watch; the device's
    /// state is told in any case.
    func run(_ changes: AsyncStream<DeviceNews.Change>) async {
        await withDiscardingTaskGroup { group in
            for await (device, fault) in changes {
                guard let number = self.note(device, fault) else { continue }
                group.addTask {
                    if fault != nil { try? await ContinuousClock().sleep(for: self.patience) }
                    guard !Task.isCancelled else { return }
                    try? await self.settle(device, number, told: fault?.state)
                }
            }
            group.cancelAll()
        }
    }

    /// - Returns: the trouble to settle; nil if nothing is to be done about a change.
    private func note(_ device: String, _ fault: DeviceNews.Fault?) -> Int? {
        guard let fault else {
            self.troubles[device] = nil
            return self.count
        }
        if self.troubles[device] == nil {
            self.count += 1
            self.troubles[device] = Trouble(number: self.count, fault: fault)
        }
        self.troubles[device]?.fault = fault
        guard let trouble = self.troubles[device], !trouble.asked.contains(fault.state),
            self.troubles[device]?.awaited.insert(fault.state).inserted == true
        else { return nil }
        return trouble.number
    }

    private func settle(_ device: String, _ number: Int, told: DeviceState?) async throws {
        let subject = "device \(device)"
        guard let trouble = self.troubles[device] else { return try await self.journal.expire(about: subject) }
        let fault = trouble.fault
        // A trouble that has come since is settled by itself.
        guard trouble.number == number, let told else { return }
        self.troubles[device]?.awaited.remove(told)
        guard self.troubles[device]?.asked.insert(fault.state).inserted == true else { return }
        // What is still asked about it in another state is out of date.
        if !trouble.asked.isEmpty { try await self.journal.expire(about: subject) }
        let end = fault.reason.last.map { ".!?".contains($0) } == true ? "" : "."
        let question = Question(
            text: "\(device) is \(fault.state.rawValue): \(fault.reason)\(end) The lab begins nothing that needs it.",
            choices: [.init(answer: "seen", meaning: "somebody looks after it; ask nobody again until it was well")],
            topic: device)
        try await self.journal.ask(
            JSONValue(kept: self.book.complete(question, in: self.journal.path)), about: subject)
    }
}
