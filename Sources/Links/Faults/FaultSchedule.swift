public import DeviceKit

/// Faults that come and go at given times, for tests of what an agent makes of them: drawn from a seed, printed when a
/// test fails, cut down to what matters, and read back to be run again.
public struct FaultSchedule: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        /// Since the beginning. Wall time.
        public var begin: Duration
        public var lasts: Duration
        public var fault: LinkFault

        public init(_ fault: LinkFault, from begin: Duration, lasting lasts: Duration) {
            self.begin = begin
            self.lasts = lasts
            self.fault = fault
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// Draws `count` faults that begin within `period`, and last up to a quarter of it.
    public init(seed: UInt64, count: Int, within period: Duration, _ draw: (inout SeededRandom) -> LinkFault) {
        var random = SeededRandom(seed: seed)
        self.entries = (0..<count).map { _ in
            // Whole milliseconds, so that what is printed is what was run.
            let length = max(4, Int(period.seconds * 1000))
            let begin = Int.random(in: 0..<length, using: &random)
            let lasts = Int.random(in: 1...length / 4, using: &random)
            return Entry(draw(&random), from: .milliseconds(begin), lasting: .milliseconds(lasts))
        }
    }

    /// Lets the proxy misbehave as planned, and behave in the end. Returns early when the task is cancelled.
    public func run(on proxy: FaultProxy) async throws(LinkOpeningError) {
        let start = ContinuousClock.now
        let instants = Set(self.entries.flatMap { [$0.begin, $0.begin + $0.lasts] }).sorted()
        for instant in instants {
            guard (try? await ContinuousClock().sleep(until: start + instant)) != nil else { break }
            try await proxy.set(self.faults(at: instant))
        }
        try await proxy.set([])
    }

    /// Those that are on at `instant` since the beginning.
    func faults(at instant: Duration) -> [LinkFault] {
        self.entries.filter { $0.begin <= instant && instant < $0.begin + $0.lasts }.map(\.fault)
    }

    /// A part of it that still `fails`, none of whose entries can be left out (delta debugging by Zeller, 2002).
    public func reduced(while fails: (FaultSchedule) async -> Bool) async -> FaultSchedule {
        var smallest = self
        var size = max(1, self.entries.count / 2)
        while true {
            var wasCut = false
            var start = 0
            while start < smallest.entries.count {
                var candidate = smallest
                candidate.entries.removeSubrange(start..<min(start + size, smallest.entries.count))
                if await fails(candidate) {
                    smallest = candidate
                    wasCut = true
                } else {
                    start += size
                }
            }
            if size == 1, !wasCut { return smallest }
            size = max(1, size / 2)
        }
    }
}

extension FaultSchedule: CustomStringConvertible {
    /// One line for each entry: `12ms+40ms drop rate=0.01`.
    public var description: String {
        self.entries.map { "\($0.begin.text)+\($0.lasts.text) \($0.fault)" }.joined(separator: "\n")
    }

    /// Reads what `description` writes.
    public init(parsing text: String) throws(LinkFault.Invalid) {
        self.entries = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ", maxSplits: 1)
            let times = words.first?.split(separator: "+").compactMap { try? Duration(parsing: String($0)) } ?? []
            guard words.count == 2, times.count == 2 else {
                throw LinkFault.Invalid(description: "“\(line)” is not like “12ms+40ms drop rate=0.01”")
            }
            self.entries.append(Entry(try LinkFault(parsing: String(words[1])), from: times[0], lasting: times[1]))
        }
    }
}
