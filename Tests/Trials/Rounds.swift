/// The rounds of one experiment that are drawn one after the other from one seed.
public struct Rounds: Sendable, CustomStringConvertible {
    public let count: Int
    public let seed: UInt64

    public init(count: Int, seed: UInt64) {
        self.count = count
        self.seed = seed
    }

    public var random: SeededGenerator { SeededGenerator(seed: self.seed) }
    /// What repeats them.
    public var description: String { "SEED=\(self.seed) N=\(self.count)" }
}
