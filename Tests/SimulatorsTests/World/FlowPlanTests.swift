import Analysis
import DeviceKit
import Glibc
import Testing

@testable import Simulators

/// Small made-up tubings, drawn as in the names of their tests.
struct FlowPlanTests {
    static func tube(_ start: String, _ end: String, width: Double = 1, isDirected: Bool = false) -> FluidicEdge {
        FluidicEdge(
            label: "\(start)-\(end)",
            start: start,
            end: end,
            length: Length(100, .millimetre),
            innerDiameter: Length(width, .millimetre),
            deadVolume: Volume(0.1 * width * width, .millilitre),
            isDirected: isDirected,
            isFixed: false
        )
    }

    static func world(_ edges: [FluidicEdge], wastes: [String], pumps: [String] = ["P"]) throws -> WorldState {
        try WorldState(
            WorldDescription(
                edges: edges,
                terminals: wastes.map { .init(name: $0, kind: .waste) },
                pumps: pumps.map {
                    .init(
                        name: $0,
                        node: $0,
                        innerDiameter: Length(14.5673, .millimetre),
                        fillLevel: Volume(8, .millilitre),
                        content: "water"
                    )
                },
                rotaryValves: [],
                liquids: ["water": .init(concentrations: [:])]
            )
        )
    }

    @Test func `two open outlets share the flow by their widths to the fourth power`() throws {
        var world = try Self.world(
            [Self.tube("P", "T"), Self.tube("T", "wide", width: 2), Self.tube("T", "narrow")],
            wastes: ["wide", "narrow"]
        )
        world.move([("P", 0, 1)])
        let (wide, narrow) = (world.bottles[0].liquidVolume, world.bottles[1].liquidVolume)
        let gas = (0.4, 0.1)  // leaves the tubes first
        #expect(abs((wide + gas.0) / (narrow + gas.1) - 16) < 0.6)
        #expect(abs((world.inventory["water"] ?? 0) - 8) < 1e-10)
    }

    @Test func `a check valve against the flow sends all of it the other way`() throws {
        var world = try Self.world(
            [Self.tube("P", "T"), Self.tube("shut", "T", width: 2, isDirected: true), Self.tube("T", "open")],
            wastes: ["shut", "open"]
        )
        world.move([("P", 0, 1)])
        #expect(world.bottles[0].liquidVolume == 0)
        #expect(world.bottles[1].liquidVolume > 7.7)
    }

    @Test func `a loop is shared like two resistors and conserves everything`() throws {
        let edges = [
            Self.tube("P", "a"), Self.tube("a", "b"), Self.tube("a", "c"), Self.tube("b", "d"), Self.tube("c", "d"),
            Self.tube("b", "c", width: 0.5), Self.tube("d", "out"),
        ]
        var world = try Self.world(edges, wastes: ["out"])
        world.generate(pump: 0, flow: FlowRate(1, .millilitrePerSecond))
        let flows = Dictionary(uniqueKeysWithValues: world.plan.segments.map { ($0.edge, $0.flow) })
        #expect(abs((flows[1] ?? 0) - 0.5) < 1e-9 && abs((flows[2] ?? 0) - 0.5) < 1e-9)
        world.advance(by: .seconds(10))
        #expect(abs((world.inventory["water"] ?? 0) - 8) < 1e-10)
        #expect(abs(world.bottles[0].liquidVolume - (8 - 0.525)) < 0.2)
    }

    @Test func `pumps on one node add up, and a drawing pump takes its share`() throws {
        var world = try Self.world(
            [Self.tube("P", "T"), Self.tube("Q", "T"), Self.tube("T", "out")],
            wastes: ["out"],
            pumps: ["P", "Q"]
        )
        world.move([("P", 5, 0.2), ("Q", 6, 0.1)])
        #expect(abs(world.bottles[0].liquidVolume - (5 - 0.3)) < 0.05)
        world.move([("P", 4, 0.1), ("Q", 6.5, 0.05)])
        #expect(abs(world.bottles[0].liquidVolume - (5.5 - 0.3)) < 0.05)
        #expect(abs((world.inventory["water"] ?? 0) - 16) < 1e-10)
    }

    @Test func `a description that is not a lab is refused with the name of what is wrong`() {
        #expect(throws: WorldDescriptionError.self) { try Self.world([Self.tube("A", "B")], wastes: ["B"]) }
        #expect(throws: WorldDescriptionError.self) {
            try Self.world([Self.tube("P", "B"), Self.tube("P", "B")], wastes: ["B"])
        }
        #expect(throws: WorldDescriptionError.self) { try Self.world([Self.tube("P", "B")], wastes: ["C"]) }
    }

    @Test func `a tube is washed out as a row of mixed tanks`() throws {
        // Five tanks of 0.02 mL; after x tank volumes tank i holds P(i, x) of what flowed in.
        var world = try Self.world([Self.tube("P", "out")], wastes: ["out"])
        for _ in 0..<8 {
            let pushed = 8 - world.level("P") + 0.021
            world.move([("P", 8 - pushed, 0.05)])
            let x = pushed / 0.02
            let expected = (1...5).reduce(0.0) { sum, tank in
                var (term, missing) = (1.0, 0.0)
                for k in 0..<tank {
                    missing += term
                    term *= x / Double(k + 1)
                }
                return sum + 0.02 * (1 - missing * exp(-x))
            }
            #expect(abs(world.tubes.amounts(inEdge: 0)[1] - expected) < 1e-4)
        }
    }
}
