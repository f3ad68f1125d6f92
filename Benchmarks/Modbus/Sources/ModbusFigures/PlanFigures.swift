import Foundation
import Protocols

/// How good and how fast the plan of 10,000 random registers is, beside Telegraf's rule “max_insert”: take the next register
/// along as long as the gap before it is small enough and the request not too long.
enum PlanFigures {
    static func run() throws {
        var random = SplitMix(state: 80)
        var times: [Double] = []
        var ours = 0, theirs = 0, ourRegisters = 0, theirRegisters = 0
        for _ in 0..<25 {
            var addresses = Set<Int>()
            while addresses.count < 10_000 { addresses.insert(Int.random(in: 0..<65536, using: &random)) }
            let ranges = addresses.map { ModbusBlock(.holding, $0..<$0 + 1) }.shuffled(using: &random)
            let start = ContinuousClock.now
            let plan = try ModbusReadPlan(ranges, limits: .init(gap: 50))
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            ours += plan.blocks.count
            ourRegisters += plan.blocks.reduce(0) { $0 + $1.range.count }
            let other = Self.maxInsert(addresses.sorted(), fill: 50, longest: 125)
            theirs += other.count
            theirRegisters += other.reduce(0) { $0 + $1.count }
        }
        times.sort()
        ModbusFigures.print([
            "plan_ms": times[times.count / 2], "plan_ms_max": times[times.count - 1],
            "requests_ratio": Double(ours) / Double(theirs), "registers_ratio": Double(ourRegisters) / Double(theirRegisters),
        ])
    }

    private static func maxInsert(_ addresses: [Int], fill: Int, longest: Int) -> [Range<Int>] {
        var requests: [Range<Int>] = []
        for address in addresses {
            if let last = requests.last, address - last.upperBound <= fill, address + 1 - last.lowerBound <= longest {
                requests[requests.count - 1] = last.lowerBound..<address + 1
            } else {
                requests.append(address..<address + 1)
            }
        }
        return requests
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var bits = self.state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return bits ^ (bits >> 31)
        }
    }
}
