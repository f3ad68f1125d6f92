import Foundation

/// How much of an experiment is run. `make test` runs a little of each; `make soak` runs more; `N=` and `SEED=` say
/// exactly what.
enum Experiment {
    private static let environment = ProcessInfo.processInfo.environment

    static let isSoak = Self.environment["SOAK"] == "1"
    static let seed = Self.environment["SEED"].flatMap(UInt64.init) ?? 20_261_124
    /// How many sites work at the same time.
    static let sites = Self.environment["SITES"].flatMap(Int.init) ?? (Self.isSoak ? 2 : 1)
    /// Lab seconds per second.
    static let speed = Self.environment["SPEED"].flatMap(Double.init) ?? 250

    static func count(_ few: Int, soak many: Int) -> Int {
        Self.environment["N"].flatMap(Int.init) ?? (Self.isSoak ? many : few)
    }

    /// A line of a report, at once.
    static func tell(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}

/// The same numbers for the same seed (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// A time drawn evenly.
    mutating func duration(_ range: ClosedRange<Double>) -> Duration {
        .seconds(Double.random(in: range, using: &self))
    }
}
