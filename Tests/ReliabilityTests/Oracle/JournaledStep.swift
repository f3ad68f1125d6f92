import DeviceKit
import Methods
import Protocols
import Store

/// What the agent's journal says of one step. Times are seconds of the machine's clock since boot.
struct JournaledStep: Sendable {
    var run: String
    /// From 1.
    var number: Int
    var action: Action
    var state: StepState
    /// How often its intent was committed.
    var attempts: Int
    /// When its intent was committed last.
    var begun: Double
    /// When its state changed last.
    var changed: Double
    /// What moved according to the journal; nil where the journal knows no volumes.
    var dosed: [StepOutcome.Dosed]?

    var name: String { "step \(self.number) of run \(self.run)" }
}

extension JournaledStep {
    init(_ record: StepRecord) throws {
        self.init(
            run: record.run.description, number: record.index + 1,
            action: try record.description.decode(Step.self).action,
            state: record.state, attempts: record.attempt, begun: Double(record.intended.monotonic) * 1e-6,
            changed: Double(record.changed.monotonic) * 1e-6)
        let outcome = record.outcome?["moved"] ?? record.outcome
        if case .dosed(let dosed) = try? outcome?.decode(StepOutcome.self) { self.dosed = dosed }
    }
}
