import DeviceKit
import Testing

@testable import Analysis

/// A conductivity measurement as a method would plan it, on the model alone.
struct ConductivityRunTests {
    @Test func `a run refills only what is short, primes past the cell and accounts for every picolitre`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let graph = router.graph
        var state = FluidState(graph, linesHold: .solvent)
        let recipe: [(pump: String, reservoir: String, fraction: Double)] = [
            ("A0.0", "Reservoir6", 0.462099), ("B0.0", "Reservoir5", 0.132484), ("D0.0", "Reservoir3", 0.405417),
        ]
        let capacity = Volume(9.99998, .millilitre)
        for (pump, reservoir, _) in recipe {
            let stock = Liquid(FluidSource(pump))
            try state.set(reservoir, to: .init(FluidPortion(stock, volume: Volume(60, .millilitre))))
            try state.set(
                pump,
                to: .init(FluidPortion(stock, volume: Volume(1.2, .millilitre)), capacity: capacity)
            )
        }
        let start = state.inventory
        let sampling = try router.stream(from: recipe.map(\.pump), to: "waste_1", via: ["electrochemistryIN"])
        let priming = try router.stream(from: recipe.map(\.pump), to: "waste_1", via: ["M1.0", "V8.10"])
        let planned = priming.routes[0].deadVolume * 1.5 + Volume(1, .millilitre)
        var present = try FluidicSettings(
            valves: graph.rotaryValves.map { ValveSetting(valve: $0, port: $0 == "V9" ? 6 : 10) },
            gasValves: [GasValveSetting(valve: "ArdV_0_1", isEnergised: false)]
        )

        var filled: [String] = []
        for (pump, reservoir, fraction) in recipe {
            let decision = state.refill(of: pump, with: Liquid(FluidSource(pump)), planned: planned * fraction)
            guard decision != .enough else { continue }
            guard case .refill(_, let volume) = decision else { Issue.record("\(decision)"); continue }
            let route = try router.route(from: reservoir, to: pump)
            present = try self.opened(FluidicSettings(of: [route]), from: present, router)
            // What stands in the line is drawn in first.
            let line = state.foreignVolume(in: route.edges, to: Liquid(FluidSource(pump)))
            try state.transfer(volume + line, along: route)
            filled.append(pump)
        }
        #expect(filled == ["A0.0", "D0.0"])
        #expect(state.refill(of: "B0.0", with: Liquid("B0.0"), planned: planned * 0.132484) == .enough)

        present = try self.opened(priming.settings, from: present, router)
        let mixture = try #require(
            Liquid(
                mixing: [FluidSource: Double](uniqueKeysWithValues: recipe.map { (FluidSource($0.pump), $0.fraction) })
            )
        )
        try state.deliver(
            recipe.map { PumpDose(pump: $0.pump, volume: priming.routes[0].deadVolume * 1.5 * $0.fraction) },
            along: priming
        )
        present = try self.opened(sampling.settings, from: present, router)
        try state.deliver(
            recipe.map { PumpDose(pump: $0.pump, volume: Volume($0.fraction, .millilitre)) },
            along: sampling
        )
        let cell = try #require(graph.cell(of: "electrochemistry"))
        let measured = try #require(state.content(of: cell).liquid)
        // The syringes were filled through lines of solvent, so a little of it is in the sample; the model knows.
        #expect(measured.foreignFraction(to: mixture) < 0.05)
        #expect(measured[.solvent] > 0)

        let gas = try router.route(from: "pressurizedGas", to: "waste_2", via: ["electrochemistryIN"])
        let plan = try ValveSwitchPlan(in: graph, from: present, to: FluidicSettings(of: [gas]))
        #expect(plan.steps.last == .relay(GasValveSetting(valve: "ArdV_0_1", isEnergised: true)))
        try state.transfer(Volume(50, .millilitre), along: gas)
        #expect(state.content(of: cell).liquid == .gas)
        let shut = try ValveSwitchPlan(
            in: graph,
            from: present.replacing(with: FluidicSettings(of: [gas])),
            to: sampling.settings
        )
        #expect(shut.steps.first == .relay(GasValveSetting(valve: "ArdV_0_1", isEnergised: false)))

        let end = state.inventory
        for source in start.sources where source != .gas {
            #expect(end.picolitres(of: source) == start.picolitres(of: source))
        }
    }

    /// The settings after a plan was carried out with all pumps at rest; the same plan is refused while a pump moves.
    private func opened(
        _ target: FluidicSettings,
        from present: FluidicSettings,
        _ router: Router
    ) throws -> FluidicSettings {
        let plan = try ValveSwitchPlan(in: router.graph, from: present, to: target)
        for case .turn(let setting) in plan.steps where ["V1", "V6"].contains(setting.valve) {
            let pump = setting.valve == "V6" ? "A0.0" : "F0.0"
            let refused = #expect(throws: ValveSwitchError.self) {
                try ValveSwitchPlan(in: router.graph, from: present, to: target, movingPumps: [pump])
            }
            guard case .pumpMoves(pump, _) = refused else { Issue.record("\(String(describing: refused))"); continue }
        }
        return present.replacing(with: target)
    }
}
