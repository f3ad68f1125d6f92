import DeviceKit
import Testing

@testable import Analysis

struct RouterTests {
    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `routes agree with those of other programs`() throws {
        let router = Router(try TubingFiles.published.graph())
        let vectors = try FluidicVectors.load()
        #expect(vectors.paths.count == 34)
        for expected in vectors.paths where !expected.note.contains("runs through the conductivity cell") {
            let route = try router.route(
                from: expected.from,
                to: expected.to,
                via: expected.via,
                least: expected.weight == "length" ? .length : .deadVolume
            )
            #expect(route.nodes == expected.path)
            #expect(abs(route.deadVolume.in(.millilitre) - expected.deadVolume_mL) <= 1e-4)
            #expect(abs(route.length.in(.millimetre) - expected.length_mm) <= 0.01)
            var settings = [String: Int]()
            for setting in route.valveSettings { settings[setting.valve] = setting.port - 1 }
            for setting in route.gasValveSettings { settings[setting.valve] = setting.isEnergised ? 1 : 0 }
            #expect(settings == expected.valveZeroBased)
        }
    }

    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `the reachable pairs are as many as an independent search found`() throws {
        let graph = try TubingFiles.published.graph()
        let count = graph.nodes.count
        #expect(count * (count - 1) == 22650)
        #expect(try Reachability(Router(graph)).pairCount == 3202)
        let instruments: Set = ["densiVisco", "electrochemistry", "nmr"]
        let unruled = Router(graph, passesTerminals: true)
        #expect(try Reachability(unruled, through: instruments).pairCount == 3868)
    }

    @Test func `every pair is either routed simply or told to be unreachable`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let reachable = try Reachability(router)
        var pairs = 0
        for source in router.graph.nodes.map(\.name) {
            let routes = try router.routes(from: source)
            pairs += routes.count
            for target in router.graph.nodes.map(\.name) where target != source {
                let route = routes[target]
                #expect((route != nil) == reachable(from: source, to: target))
                guard let route else { continue }
                #expect(Set(route.nodes).count == route.nodes.count)
                #expect(route.source == source && route.sink == target)
                let inside = route.nodes.dropFirst().dropLast()
                #expect(inside.allSatisfy { router.graph.node($0)?.kind.isTerminal == false })
                #expect(route.edges.allSatisfy { router.graph.instrument(of: $0) == nil })
                // A valve joins its common port with one other, so it is on a way with two ports at most.
                for valve in Set(inside.compactMap { router.graph.node($0)?.kind.rotaryValve }) {
                    #expect(route.nodes.filter { router.graph.node($0)?.kind.rotaryValve == valve }.count <= 2)
                }
            }
        }
        #expect(pairs == 3202)
    }

    @Test(.enabled(if: TubingFiles.published.exists, "the published files are not here"))
    func `our files give the same routes as the published ones`() throws {
        let published = Router(try TubingFiles.published.graph())
        let ours = Router(try TubingFiles.ours.graph())
        for source in published.graph.nodes.map(\.name) {
            let expected = try published.routes(from: source)
            let found = try ours.routes(from: source)
            #expect(Set(found.keys) == Set(expected.keys))
            for (target, route) in expected {
                #expect(found[target]?.nodes == route.nodes)
                let mended = Volume(route.nodes.contains("pressurizedGas") ? 1 : 0, .millilitre)
                let difference = (found[target]?.deadVolume ?? .zero) - route.deadVolume - mended
                #expect(difference.magnitude < Volume(1e-9, .millilitre))
            }
        }
    }

    @Test func `a vial is reached round the measuring cells, unless one is opened`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let bypass = try router.route(from: "V7.0", to: "vial_1")
        #expect(bypass.nodes.contains("V8.6"))
        #expect((bypass.deadVolume - Volume(1.802, .millilitre)).magnitude < Volume(1e-4, .millilitre))
        let through = try router.route(from: "V7.0", to: "vial_1", through: ["electrochemistry"])
        #expect(through.nodes.contains("electrochemistryIN"))
        #expect((through.deadVolume - Volume(1.5495, .millilitre)).magnitude < Volume(1e-4, .millilitre))
        #expect(throws: RoutingError.unknownInstrument("oven")) {
            try router.route(from: "V7.0", to: "vial_1", through: ["oven"])
        }
    }

    @Test func `no pump is reached through the solvent bottle`() throws {
        let router = Router(try TubingFiles.ours.graph())
        #expect(throws: RoutingError.unreachable(from: "A0.0", to: "B0.0", via: [])) {
            try router.route(from: "A0.0", to: "B0.0")
        }
        #expect(throws: RoutingError.terminalInside("Solvent")) {
            try router.route(from: "A0.0", to: "B0.0", via: ["Solvent"])
        }
        #expect(
            RoutingError.unreachable(from: "A0.0", to: "B0.0", via: ["M1.0"]).description
                == "there is no way from A0.0 to B0.0 via M1.0"
        )
        #expect(throws: RoutingError.unknownNode("Z9")) { try router.route(from: "A0.0", to: "Z9") }
        #expect(throws: RoutingError.unreachable(from: "A0.0", to: "A0.0", via: [])) {
            try router.route(from: "A0.0", to: "A0.0")
        }
    }

    @Test func `via nodes are passed in their order`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let route = try router.route(from: "F0.0", to: "waste_1", via: ["M1.0", "electrochemistryIN"])
        #expect(
            route.nodes == [
                "F0.0", "V1.0", "V1.5", "M1.1", "M1.0", "V7.1", "V7.0", "V8.0", "V8.7", "electrochemistryIN",
                "electrochemistryOUT", "V9.7", "V9.0", "V10.0", "V10.10", "waste_1",
            ]
        )
        #expect(throws: RoutingError.unreachable(from: "F0.0", to: "waste_1", via: ["V8.0", "V1.0"])) {
            try router.route(from: "F0.0", to: "waste_1", via: ["V8.0", "V1.0"])
        }
    }

    @Test func `routes agree or not by their settings, whatever their order`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let on = try router.route(from: "pressurizedGas", to: "V7.0")
        let off = try router.route(from: "ambient", to: "V7.0")
        for _ in 0..<20 {
            #expect(!on.isCompatible(with: off))
            #expect(!off.isCompatible(with: on))
        }
        let branches = try ["A0.0", "B0.0", "C0.0"].map { try router.route(from: $0, to: "V7.0") }
        let sample = try router.route(from: "V7.0", to: "vial_3")
        let settings = try FluidicSettings(of: branches + [sample])
        #expect(settings.port(of: "V7") == 1)
        #expect(settings.valves.count == 7)
        #expect(throws: RoutingError.conflictingValve("V6", "port 5", "port 10")) {
            try FluidicSettings(of: branches + [router.route(from: "A0.0", to: "waste_1", via: ["V6.10"])])
        }
    }

    @Test func `the nearest pump is the first of the cheapest`() throws {
        let router = Router(try TubingFiles.ours.graph())
        let pumps = router.graph.pumps().map(\.name)
        let nearest = try router.nearest(of: pumps, to: "electrochemistryIN")
        #expect(nearest?.source == "B0.0")
        #expect(try router.nearest(of: pumps, to: "pressurizedGas") == nil)
    }
}

struct OpenRouteTests {
    private let router: Router

    init() throws {
        self.router = Router(try TubingFiles.ours.graph())
    }

    @Test func `as the valves stand for a route, so the liquid goes`() throws {
        let terminals = self.router.graph.nodes.filter { $0.kind.isTerminal }
        var compared = 0
        for source in terminals.map(\.name) {
            for (target, route) in try self.router.routes(from: source) {
                guard self.router.graph.node(target)?.kind.isTerminal == true else { continue }
                let settings = try FluidicSettings(of: [route])
                let pushed = try self.router.openRoute(from: source, with: settings)
                if self.router.graph.node(source)?.kind == .pump {
                    #expect(pushed?.nodes == route.nodes)
                } else if self.router.graph.node(target)?.kind == .pump {
                    #expect(try self.router.openRoute(to: target, with: settings)?.nodes == route.nodes)
                }
                compared += 1
            }
        }
        #expect(compared > 100)
    }

    @Test func `a pump pushes against a closed end where no valve leads on`() throws {
        let toMixer = try FluidicSettings(of: [self.router.route(from: "A0.0", to: "M1.0")])
        #expect(try self.router.openRoute(from: "A0.0", with: toMixer) == nil)
        #expect(try self.router.openRoute(to: "A0.0", with: toMixer) == nil)
        let gasSide = FluidicSettings().replacing(
            with: try FluidicSettings(valves: toMixer.valves + [ValveSetting(valve: "V7", port: 5)])
        )
        #expect(try self.router.openRoute(from: "A0.0", with: gasSide) == nil)
        let cell = try self.router.route(from: "A0.0", to: "waste_1", via: ["nmrIN"])
        let settings = try FluidicSettings(of: [cell])
        #expect(try self.router.openRoute(from: "A0.0", with: settings)?.nodes == cell.nodes)
    }
}
