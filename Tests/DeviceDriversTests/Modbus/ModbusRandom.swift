import Foundation

/// splitmix64: a test that fails prints its seed, and the same seed shows the failure again.
struct ModbusRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var bits = self.state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// How often a test repeats: a small number unless the environment asks for more.
    static func count(_ variable: String, small: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init) ?? small
    }
}
