import Analysis
import DeviceKit
import Testing

@testable import Simulators

@Suite(.enabled(if: SharedLab.isThere, "the shared lab configuration is not beside the repository"))
struct WorldConservationTests {
    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var z = self.state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 121, 228] as [UInt64])
    func `nothing is lost or made, whatever the lab is told`(seed: UInt64) throws {
        var dice = Dice(state: seed)
        var world = try WorldState(SharedLab.description(syringes: ["A": 5, "B": 7, "C": 1, "D": 10]))
        let before = world.inventory
        for step in 0..<150 {
            let pump = Int.random(in: 0..<6, using: &dice)
            switch Int.random(in: 0..<12, using: &dice) {
            case 0...3:
                let useful = [[1, 2, 5, 9, 10], [1, 5], [6, 7, 8, 10], [6, 7, 8], [1, 2, 9, 10]]
                let valve = Int.random(in: 0..<10, using: &dice)
                let ports = useful[max(0, valve - 5)]
                world.turn(valve: valve, to: ports.randomElement(using: &dice) ?? 1)
            case 4...6:
                world.move(
                    pump: pump,
                    toFillLevel: Volume(.random(in: 0...10, using: &dice), .millilitre),
                    at: FlowRate(.random(in: 0.01...1, using: &dice), .millilitrePerSecond)
                )
            case 7:
                world.generate(
                    pump: pump,
                    flow: FlowRate(.random(in: -0.5...0.5, using: &dice), .millilitrePerSecond)
                )
            case 8: world.stop(pump: pump)
            case 9: world.set(gasValve: 0, energised: .random(using: &dice))
            case 10: world.setEnabled(pump: pump, true)
            default: world.turn(valve: Int.random(in: 0..<10, using: &dice), to: Int.random(in: 1...10, using: &dice))
            }
            world.advance(by: .seconds(Double.random(in: 0...4, using: &dice)))
            for (liquid, amount) in world.inventory {
                let change = abs(amount - (before[liquid] ?? 0))
                guard change > 1e-9 else { continue }
                Issue.record("seed \(seed), step \(step): \(liquid) changed by \(change) mL")
                return
            }
        }
        #expect(world.events.count > 50)
        for syringe in world.syringes {
            let held = syringe.content.reduce(0, +)
            let room = syringe.piston * syringe.millilitresPerMillimetre + syringe.compression
            #expect(abs(held - room) < 1e-9, "seed \(seed): \(syringe.name) holds \(held) mL in \(room) mL")
        }
        for edge in world.network.edges.indices {
            let amounts = world.tubes.amounts(inEdge: edge)
            let volume = world.description.edges[edge].deadVolume.in(.millilitre)
            #expect(abs(amounts.reduce(0, +) - volume) < 1e-9, "seed \(seed)")
            #expect(amounts.allSatisfy { $0 > -1e-12 }, "seed \(seed)")
        }
    }
}
