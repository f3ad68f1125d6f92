import Foundation

/// How often an experiment with chance in it is made, and from which seed. `make test` makes a few; with `SOAK=1` it is
/// more; `N=5000 SEED=7 swift test --filter …` says it exactly.
public enum Trials {
    /// - Parameters:
    ///   - name: of the experiment, to be printed with its seeds.
    ///   - few: how often if nobody says.
    ///   - many: how often in a soak.
    public static func seeds(_ name: String, _ few: Int, soak many: Int) -> [UInt64] {
        let asked = self.environment
        let (count, first) = (asked.count ?? (asked.isSoak ? many : few), asked.seed)
        print("\(name): seeds \(first)...\(first + UInt64(max(1, count)) - 1)")
        return (0..<count).map { first + UInt64($0) }
    }

    /// The same for an experiment whose rounds are drawn from one seed.
    public static func rounds(_ name: String, _ few: Int, soak many: Int) -> Rounds {
        let asked = self.environment
        let rounds = Rounds(count: asked.count ?? (asked.isSoak ? many : few), seed: asked.seed)
        print("\(name): \(rounds)")
        return rounds
    }

    private static var environment: (count: Int?, seed: UInt64, isSoak: Bool) {
        let environment = ProcessInfo.processInfo.environment
        return (
            environment["N"].flatMap { Int($0) }, environment["SEED"].flatMap { UInt64($0) } ?? 1,
            environment["SOAK"] == "1"
        )
    }
}
