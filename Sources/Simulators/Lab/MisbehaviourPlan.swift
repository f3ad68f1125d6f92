import DeviceKit

/// Which devices of a simulated lab misbehave, how, and from when: one to a line, `90s A0 lies`.
public struct MisbehaviourPlan: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        /// Lab time since the plan is followed.
        public var time: Duration
        public var device: String
        public var misbehaviour: SimulatedLab.Misbehaviour
    }

    /// Says what a line should look like.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// In the order of their time.
    public let entries: [Entry]

    /// A line without a time means at once; empty lines and what follows a `#` are left out.
    public init(parsing text: String) throws(Invalid) {
        var entries: [Entry] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard !words.isEmpty else { continue }
            var time: Duration? = .zero
            if words.count == 3 { time = try? Duration(parsing: words.removeFirst()) }
            guard words.count == 2, let time, time >= .zero,
                let misbehaviour = SimulatedLab.Misbehaviour(rawValue: words[1])
            else {
                let known = SimulatedLab.Misbehaviour.allCases.map(\.rawValue).joined(separator: ", ")
                throw Invalid(
                    description: "“\(line)” is not like “90s A0 lies”: a time, a device and one of \(known)")
            }
            entries.append(Entry(time: time, device: words[0], misbehaviour: misbehaviour))
        }
        self.entries = entries.sorted { $0.time < $1.time }
    }

    /// Tells the lab's devices what is planned, each when its time has come; ends early when the task is cancelled.
    public func run(on lab: SimulatedLab) async throws(SimulatedLabError) {
        let start = lab.clock.now
        for entry in self.entries {
            guard (try? await lab.clock.sleep(until: start.advanced(by: entry.time))) != nil else { return }
            try await lab.tell(entry.device, entry.misbehaviour)
        }
    }
}
