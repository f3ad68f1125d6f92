import Foundation

/// How often an experiment with chance in it is made, and from which seed: `R14_N=5000 SEED=7 swift test --filter …`.
public enum Trials {
    /// - Parameters:
    ///   - name: of the experiment; with `_N` behind it, of the environment variable.
    ///   - small: how often if nobody says.
    public static func seeds(_ name: String, small: Int) -> [UInt64] {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["\(name)_N"].flatMap { Int($0) } ?? small
        let first = environment["SEED"].flatMap { UInt64($0) } ?? 1
        print("\(name): seeds \(first)...\(first + UInt64(max(1, count)) - 1)")
        return (0..<count).map { first + UInt64($0) }
    }
}
