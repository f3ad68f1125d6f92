import DeviceKit
import Testing

@testable import Simulators

@Suite(.enabled(if: SharedLab.isThere, "the shared lab configuration is not beside the repository"))
struct WorldStateTests {
    static let throughCell = ["V7": 1, "V8": 7, "V9": 7, "V10": 10]

    @Test func `the lab's valves are found in its tubing`() throws {
        let description = try SharedLab.description()
        #expect(description.edges.count == 111 + 60)
        #expect(description.rotaryValves.map(\.name) == (1...10).map { "V\($0)" })
        #expect(description.rotaryValves.allSatisfy { $0.portCount == 10 })
        #expect(description.gasValves.map(\.name) == ["ArdV_0_1"])
    }

    @Test func `a syringe fills from its reservoir and the air of the line comes first`() throws {
        var world = try WorldState(SharedLab.description())
        world.turn(["V6": 1])
        world.move([("A0", 5, 0.05)])
        #expect(abs(world.level("A0") - 5) < 1e-12)
        let mixture = world.mixture(inSyringe: world.pump("A0"))
        // Reservoir6 to A0 holds 0.0815 mL.
        #expect(abs(mixture.gas.in(.millilitre) - 0.0815) < 0.002)
        #expect(abs(mixture.volume.in(.millilitre) + mixture.gas.in(.millilitre) - 5) < 1e-9)
        let left = world.mixture(inBottle: world.bottle("Reservoir6")).volume.in(.millilitre)
        #expect(abs(left - 35) < 1e-9)
        // Priming into the waste drives the gas out first.
        world.turn(["V6": 10])
        world.move([("A0", 4.8, 0.05)])
        #expect(world.mixture(inSyringe: world.pump("A0")).gas.in(.millilitre) < 1e-12)
        #expect(world.count(.overload) == 0)
        #expect(world.count(.unsafe) == 0)
    }

    @Test func `two stocks meet in the mixer and give the composition expected by hand`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10, "D": 10]))
        world.turn(Self.throughCell.merging(["V6": 5, "V3": 5]) { $1 })
        // 3 : 1 by volume, 8 mL in all, through 1 mL to the cell.
        world.move([("A0", 4, 0.06), ("D0", 8, 0.02)])
        let truth = world.truth(ofCell: world.cell("electrochemistry"))
        #expect(truth.gasFraction < 1e-6)
        let c = (0..<3).map { 0.75 * SharedLab.stocks[0].2[$0] + 0.25 * SharedLab.stocks[3].2[$0] }
        let sum = c.reduce(0, +)
        #expect(abs((truth.formulation[SharedLab.salt] ?? 0) - c[0] / sum) < 1e-6)
        #expect(abs((truth.formulation[SharedLab.carbonate] ?? 0) - c[1] / sum) < 1e-6)
        #expect(abs((truth.formulation[SharedLab.linear] ?? 0) - c[2] / sum) < 1e-6)
        let mS = truth.conductivity.in(.millisiemensPerCentimetre)
        #expect((5...12).contains(mS))
    }

    @Test func `what arrives in a vial is what was delivered after the dead volume`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(["V6": 5, "V7": 1, "V8": 6, "V9": 6, "V10": 3])
        world.move([("A0", 5, 0.05)])
        let vial = world.mixture(inBottle: world.bottle("vial_3"))
        // A0 to V7.0 holds 0.891 mL, V7.0 to vial_3 1.784 mL; 5 mL push that much gas out before.
        #expect(abs(vial.volume.in(.millilitre) - (5 - 0.891 - 1.784)) < 0.01)
        #expect(vial.fractions == ["A": 1])
        let arrivals = world.events.compactMap { event -> Double? in
            guard case .arrived("vial_3", let volume, let content, _) = event.occurrence else { return nil }
            #expect(content == ["A": 1])
            return volume.in(.millilitre)
        }
        #expect(arrivals.count == 1)
        #expect(abs((arrivals.first ?? 0) - vial.volume.in(.millilitre)) < 1e-9)
    }

    @Test func `dispensing into a dangling port overloads the drive after thirty microlitres`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 5]))
        world.turn(["V6": 3])
        world.move([("A0", 0, 0.05)])
        #expect(world.syringes[0].isFaulted)
        #expect(abs(world.level("A0") - 4.97) < 1e-9)
        #expect(world.count(.overload) == 1)
        // A faulted drive ignores commands until it is enabled.
        world.move([("A0", 0, 0.05)])
        #expect(abs(world.level("A0") - 4.97) < 1e-9)
        world.setEnabled(pump: 0, true)
        // The pressure escapes where the valve turns next.
        world.turn(["V6": 10])
        #expect(abs(world.mixture(inSyringe: 0).volume.in(.millilitre) - 4.97) < 1e-9)
    }

    @Test func `drawing backwards through the mixer's check valve overloads the drive`() throws {
        var world = try WorldState(SharedLab.description())
        world.turn(["V6": 5])
        world.move([("A0", 5, 0.05)])
        #expect(world.syringes[0].isFaulted)
        #expect(abs(world.level("A0") - 0.03) < 1e-9)
    }

    @Test func `a vacuum in the syringe closes before anything is pushed out`() throws {
        var world = try WorldState(SharedLab.description())
        world.turn(["V6": 5])
        world.move([("A0", 5, 0.05)])
        #expect(abs(world.syringes[0].compression + 0.03) < 1e-9)
        // The waste line only leads away: it cannot fill the vacuum.
        world.turn(["V6": 10])
        world.setEnabled(pump: 0, true)
        world.move([("A0", 0, 0.05)])
        #expect(abs(world.syringes[0].compression) < 1e-12)
        #expect(world.count(.arrived) == 0)
        #expect(world.count(.overload) == 1)
        // Where a bottle is joined instead, it fills the vacuum at once.
        world.turn(["V6": 5])
        world.move([("A0", 5, 0.05)])
        world.turn(["V6": 1])
        #expect(abs(world.syringes[0].content.reduce(0, +) - 0.03) < 1e-9)
    }

    @Test func `a closed valve further down blocks several pumps`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 5, "B": 5]))
        world.turn(["V6": 5, "V5": 5, "V7": 2])
        world.move([("A0", 0, 0.05), ("B0", 0, 0.02)])
        #expect(world.count(.overload) == 2)
    }

    @Test func `an empty reservoir gives air and says so once`() throws {
        var world = try WorldState(SharedLab.description())
        world.drain(bottle: world.bottle("Reservoir6"))
        world.turn(["V6": 1])
        world.move([("A0", 3, 0.1)])
        #expect(world.count(.ranDry) == 1)
        #expect(world.mixture(inSyringe: 0).volume.in(.millilitre) < 1e-12)
        #expect(abs(world.mixture(inSyringe: 0).gas.in(.millilitre) - 3) < 1e-9)
    }

    @Test func `turning a valve under flow is unsafe and stops the flow while the rotor turns`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(Self.throughCell.merging(["V6": 5]) { $1 })
        world.generate(pump: 0, flow: FlowRate(0.05, .millilitrePerSecond))
        world.advance(by: .seconds(10))
        #expect(world.count(.unsafe) == 0)
        world.turn(valve: world.valve("V10"), to: 9)
        #expect(world.count(.unsafe) == 1)
        #expect(world.plan.segments.isEmpty)
        world.advance(by: .milliseconds(400))
        // 0.02 mL are compressed; they come out once the rotor stands.
        #expect(abs(world.syringes[0].compression - 0.02) < 1e-9)
        world.advance(by: .milliseconds(200))
        #expect(abs(world.syringes[0].compression) < 1e-12)
        #expect(!world.syringes[0].isFaulted)
        world.stop(pump: 0)
        world.turn(["V10": 10])
        #expect(world.count(.unsafe) == 1)
    }

    @Test func `a pump that starts against a turning valve is unsafe`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(valve: world.valve("V6"), to: 10)
        world.generate(pump: 0, flow: FlowRate(0.05, .millilitrePerSecond))
        #expect(world.count(.unsafe) == 1)
    }

    @Test func `gas dries the cell, and gas without a way out is unsafe`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(Self.throughCell.merging(["V6": 5]) { $1 })
        world.move([("A0", 4, 0.1)])
        let wet = world.truth(ofCell: 0)
        #expect(wet.gasFraction < 1e-6)
        #expect(world.impedance(ofCell: 0, at: Frequency(1, .kilohertz)).real.isFinite)
        world.turn(["V7": 5])
        world.set(gasValve: 0, energised: true)
        world.advance(by: .seconds(30))
        #expect(world.count(.unsafe) == 0)
        let dry = world.truth(ofCell: 0)
        #expect(dry.gasFraction > 0.9999)
        #expect(dry.conductivity == .zero)
        #expect(world.impedance(ofCell: 0, at: Frequency(1, .kilohertz)).real.si == .infinity)
        world.turn(valve: world.valve("V8"), to: 1)
        #expect(world.count(.unsafe) == 2)  // turned under gas, and no way out
        world.set(gasValve: 0, energised: false)
        world.advance(by: .seconds(5))
        #expect(world.count(.unsafe) == 2)
    }

    @Test func `a slipping pump counts a motion that did not happen, a sticking valve stays`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.setSlipping(pump: 0, true)
        world.setSticking(valve: world.valve("V6"), true)
        world.turn(["V6": 10])
        #expect(world.rotors[world.valve("V6")].position == 1)
        world.move([("A0", 2, 0.5)])
        #expect(abs(world.level("A0") - 2) < 1e-12)
        #expect(abs(world.mixture(inSyringe: 0).volume.in(.millilitre) - 10) < 1e-12)
        world.setSlipping(pump: 0, false)
        world.move([("A0", 0, 0.5)])
        #expect(abs(world.mixture(inSyringe: 0).volume.in(.millilitre) - 8) < 1e-9)
    }

    @Test func `a reference move empties the syringe and sets the counter to zero`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 2]))
        world.turn(["V6": 10])
        world.cyclePower(pump: 0)
        #expect(!world.syringes[0].state.isReferenced)
        #expect(world.level("A0") == 0)
        world.setEnabled(pump: 0, true)
        world.reference(pump: 0)
        world.advance(by: .seconds(20))
        #expect(world.syringes[0].state.isReferenced)
        #expect(world.syringes[0].state.positionCounter == 0)
        #expect(world.mixture(inSyringe: 0).volume.in(.millilitre) < 1e-9)
        world.turn(["V6": 1])
        world.move([("A0", 1, 0.1)])
        #expect(world.syringes[0].state.positionCounter == -337_501)
    }

    @Test func `the result does not depend on how often the world is looked at`() throws {
        func run(_ look: Duration) throws -> WorldState {
            var world = try WorldState(SharedLab.description(syringes: ["A": 10, "D": 10]))
            world.turn(Self.throughCell.merging(["V6": 5, "V3": 5]) { $1 })
            world.move(pump: 0, toFillLevel: Volume(8.8, .millilitre), at: FlowRate(0.06, .millilitrePerSecond))
            world.move(pump: 3, toFillLevel: Volume(9.6, .millilitre), at: FlowRate(0.02, .millilitrePerSecond))
            var rest = Duration.seconds(30)
            while rest > .zero {
                world.advance(by: min(look, rest))
                rest -= look
            }
            return world
        }
        let (coarse, fine) = (try run(.seconds(30)), try run(.milliseconds(7)))
        for edge in coarse.network.edges.indices {
            let (a, b) = (coarse.tubes.amounts(inEdge: edge), fine.tubes.amounts(inEdge: edge))
            for species in a.indices { #expect(abs(a[species] - b[species]) < 2e-4) }
        }
        #expect(coarse.level("A0") == fine.level("A0"))
        let difference =
            coarse.truth(ofCell: 0).conductivity.si / fine.truth(ofCell: 0).conductivity.si - 1
        #expect(abs(difference) < 0.002)
    }

    @Test func `a wrong syringe in the configuration doses wrong and says nothing`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(["V6": 10])
        // 5 mL configured, 10 mL mounted: the same stroke moves twice the volume.
        world.configure(pump: 0, innerDiameter: Length(10.3006, .millimetre), stroke: Length(60, .millimetre))
        #expect(abs(world.syringes[0].state.capacity.in(.millilitre) - 4.999956) < 1e-6)
        #expect(abs(world.syringes[0].state.maximumFlow.in(.millilitrePerSecond) - 0.527495) < 1e-6)
        world.move([("A0", 4, 0.1)])
        #expect(abs(world.level("A0") - 4) < 1e-9)
        #expect(abs(world.mixture(inSyringe: 0).volume.in(.millilitre) - 8) < 1e-3)
        let moved = world.events.compactMap { event -> Double? in
            guard case .pumpMoved("A0", let from, let to) = event.occurrence else { return nil }
            return (from - to).in(.millilitre)
        }
        #expect(moved.count == 1)
        #expect(abs((moved.first ?? 0) - 2) < 1e-3)
    }

    @Test func `a stopped motion rests where it was and a new one replaces it`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(["V6": 10])
        world.generate(pump: 0, flow: FlowRate(0.1, .millilitrePerSecond))
        world.advance(by: .seconds(10))
        #expect(abs(world.syringes[0].state.flow.in(.millilitrePerSecond) - 0.1) < 1e-12)
        world.stop(pump: 0)
        world.advance(by: .seconds(10))
        #expect(abs(world.level("A0") - 9) < 1e-9)
        world.move(pump: 0, toFillLevel: .zero, at: FlowRate(0.1, .millilitrePerSecond))
        world.advance(by: .seconds(5))
        world.move(pump: 0, toFillLevel: Volume(8, .millilitre), at: FlowRate(0.25, .millilitrePerSecond))
        world.advance(by: .seconds(1.9))
        #expect(world.syringes[0].state.isMoving)
        world.advance(by: .seconds(0.2))
        #expect(!world.syringes[0].state.isMoving)
        #expect(abs(world.level("A0") - 8) < 1e-12)
        #expect(world.count(.pumpMoved) == 3)
    }

    @Test func `a valve that turns under flow of one stream does not blame another`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10, "B": 10]))
        world.turn(["V6": 10, "V5": 10])
        world.generate(pump: 0, flow: FlowRate(0.1, .millilitrePerSecond))
        world.turn(["V8": 7, "V7": 5])
        #expect(world.count(.unsafe) == 0)
        world.generate(pump: 1, flow: FlowRate(0.1, .millilitrePerSecond))
        world.turn(valve: world.valve("V5"), to: 1)
        let last = world.events.last?.occurrence
        #expect(last == .unsafe(device: "V5", reason: "turned while B0 pushes through it"))
    }

    @Test func `a vial that overflows is unsafe once`() throws {
        var description = try SharedLab.description(syringes: ["A": 10])
        for index in description.terminals.indices where description.terminals[index].name == "vial_1" {
            description.terminals[index].capacity = Volume(5, .millilitre)
        }
        var world = try WorldState(description)
        world.turn(["V6": 5, "V7": 1, "V8": 6, "V9": 6, "V10": 1])
        world.move([("A0", 3, 0.1)])
        #expect(world.count(.unsafe) == 0)
        world.move([("A0", 0, 0.1)])
        #expect(world.count(.unsafe) == 1)
    }

    @Test func `a warmer cell conducts better`() throws {
        var world = try WorldState(SharedLab.description(syringes: ["A": 10]))
        world.turn(Self.throughCell.merging(["V6": 5]) { $1 })
        world.move([("A0", 5, 0.1)])
        let before = world.truth(ofCell: 0)
        world.set(temperature: Temperature(309.65, .kelvin), ofCell: 0)
        let ratio = world.truth(ofCell: 0).conductivity / before.conductivity
        #expect((1.1...1.4).contains(ratio))
        // Z' far above the double layer is K / κ.
        let resistance = world.impedance(ofCell: 0, at: Frequency(1e7, .hertz)).real
        #expect(abs(CellConstant(1, .perCentimetre) / resistance / world.truth(ofCell: 0).conductivity - 1) < 1e-3)
    }
}
