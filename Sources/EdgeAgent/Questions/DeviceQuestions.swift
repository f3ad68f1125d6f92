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
    private var faults: [String: DeviceNews.Fault] = [:]

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
                self.faults[device] = fault
                group.addTask {
                    if fault != nil { try? await ContinuousClock().sleep(for: self.patience) }
                    guard !Task.isCancelled else { return }
                    try? await self.settle(device, told: fault)
                }
            }
            group.cancelAll()
        }
    }

    private func settle(_ device: String, told: DeviceNews.Fault?) async throws {
        // What was told later is settled by itself.
        guard self.faults[device] == told else { return }
        let subject = "device \(device)"
        guard let fault = told else { return try await self.journal.expire(about: subject) }
        let end = fault.reason.last.map { ".!?".contains($0) } == true ? "" : "."
        let question = Question(
            text: "\(device) is \(fault.state.rawValue): \(fault.reason)\(end) The lab begins nothing that needs it.",
            choices: [.init(answer: "seen", meaning: "somebody looks after it; ask nobody again until it was well")],
            topic: device)
        try await self.journal.ask(
            JSONValue(kept: self.book.complete(question, in: self.journal.path)), about: subject)
    }
}
