import Methods
import Protocols
import Store

/// One run in a list.
public struct RunSummary: Sendable, Hashable, Codable {
    public var id: String
    /// The broker's id, or what the run is for.
    public var request: String
    public var quantity: String
    public var method: String
    public var state: String
    /// Why it is in this state; empty if there is nothing to say.
    public var reason: String
    /// ISO 8601, UTC.
    public var created: String
    public var changed: String

    init(_ run: RunRecord) {
        self.id = run.id.description
        self.request = run.requestID
        self.quantity = run.quantity
        self.method = run.method
        self.state = run.state.rawValue
        self.reason = run.reason
        self.created = run.created.text
        self.changed = run.changed.text
    }
}

/// One run with what it did.
public struct RunReport: Sendable, Hashable, Codable {
    public struct Step: Sendable, Hashable, Codable {
        /// From 1.
        public var number: Int
        public var kind: String
        public var title: String
        public var state: String
        public var repeatable: Bool
        public var begun: String
        /// From begin to the last change.
        public var seconds: Double
        /// What went wrong, if something did.
        public var error: String?

        init(_ step: StepRecord) {
            self.number = step.index + 1
            self.kind = step.kind
            self.title = step.description["title"]?.string ?? step.kind
            self.state = step.state.rawValue
            self.repeatable = step.isRepeatable
            self.begun = step.intended.text
            self.seconds = Double(step.changed.utc - step.intended.utc) * 1e-6
            self.error = step.outcome?["error"]?.string
        }
    }

    public struct File: Sendable, Hashable, Codable {
        public var path: String
        public var sha256: String
        public var bytes: Int64
    }

    public var run: RunSummary
    /// What was planned, in words: recipe, target, and the volumes of lines that were weighed; nil before there is a plan.
    public var plan: [String]?
    public var steps: [Step]
    /// Titles of the steps that follow; nil before there is a plan.
    public var ahead: [String]?
    public var files: [File]

    init(_ run: RunRecord, steps: [StepRecord], files: [RawFile]) {
        self.run = RunSummary(run)
        self.steps = steps.map(Step.init)
        if let prepared = try? run.memory?.decode(PreparedRun.self) {
            let plan = run.isCleaning ? prepared.cleanup : prepared.plan
            self.plan = plan.summary + (plan.warnings ?? [])
            if !run.state.isFinal {
                let begun = Set(steps.map(\.index))
                self.ahead = plan.steps.enumerated().filter { !begun.contains($0.offset) }.map(\.element.title)
            }
        }
        self.files = files.map { File(path: $0.path, sha256: $0.sha256, bytes: $0.size) }
    }
}
