import DeviceKit
import Testing

@testable import Simulators

@Suite(.enabled(if: SharedLab.isThere, "the shared lab configuration is not beside the repository"))
struct WorldSpeedTests {
    @Test func `ten millilitres go through the longest path in little time`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(["V6": 5, "V7": 1, "V8": 9, "V9": 9, "V10": 10])
        let start = ContinuousClock.now
        world.move(
            pump: 0,
            toFillLevel: .zero,
            at: FlowRate(0.05, .millilitrePerSecond)
        )
        world.advance(by: .seconds(250))
        let spent = ContinuousClock.now - start
        #expect(world.level("A0") == 0)
        print("10 mL through the longest path: \(spent)")
        #if !DEBUG
            #expect(spent < .milliseconds(100))
        #endif
    }
}
