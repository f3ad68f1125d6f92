import DeviceKit
import Foundation
import Testing

@testable import Analysis

struct FluidStateTests {
    private let router: Router
    private var graph: TubingGraph { self.router.graph }

    init() throws {
        self.router = Router(try TubingFiles.ours.graph())
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `no picolitre is lost or made, whatever is moved`(seed: UInt64) throws {
        var random = FluidicGenerator(seed: seed)
        var state = try self.filledState()
        let initial = state.inventory
        let pumps = self.graph.pumps().map(\.name)
        var moves = 0
        for _ in 0..<400 {
            let before = state
            do {
                let delivery = try self.randomMove(&state, pumps: pumps, using: &random)
                let arrived = delivery.arrived.reduce(Int64(0)) { $0 + $1.picolitres }
                #expect(arrived == delivery.total.picolitres, "seed \(seed)")
                moves += 1
            } catch {
                #expect(state == before, "seed \(seed): a refused move changed the state: \(error)")
            }
            let now = state.inventory
            for source in Set(initial.sources + now.sources) where source != .gas {
                #expect(now.picolitres(of: source) == initial.picolitres(of: source), "seed \(seed)")
            }
            let gas = now.picolitres(of: .gas) + state.gasVented.picolitres - state.gasDrawn.picolitres
            #expect(gas == initial.picolitres(of: .gas), "seed \(seed)")
            #expect(state.mismatches(with: self.graph).isEmpty, "seed \(seed)")
        }
        #expect(moves > 200, "seed \(seed): only \(moves) moves were possible")
    }

    @Test func `what is pushed in pushes out what stood there, in order`() throws {
        var state = FluidState(self.graph, linesHold: .solvent)
        try state.set("A0.0", to: .init(FluidPortion(Liquid("A"), volume: Volume(5, .millilitre))))
        let route = try self.router.route(from: "A0.0", to: "waste_1", via: ["V8.10"])
        let delivery = try state.transfer(route.deadVolume + Volume(1, .millilitre), along: route)
        #expect(delivery.arrived.map { $0.liquid } == [.solvent, Liquid("A")])
        #expect((delivery.arrived.first?.volume ?? .zero).picolitres == route.deadVolume.picolitres)
        #expect(state.plugs(along: route).map { $0.liquid } == [Liquid("A")])
        #expect(state.content(of: "waste_1")?.volume(of: "A") == Volume(picolitres: 1_000_000_000))
        #expect(state.content(of: "A0.0")?.picolitres == 4_000_000_000 - (route.deadVolume.picolitres ?? 0))
    }

    @Test func `liquid can be drawn back the way it came`() throws {
        var state = FluidState(self.graph, linesHold: .solvent)
        try state.set("A0.0", to: .init(FluidPortion(Liquid("A"), volume: Volume(1, .millilitre))))
        let out = try self.router.route(from: "A0.0", to: "Reservoir6")
        let back = try self.router.route(from: "Reservoir6", to: "A0.0")
        let before = state.plugs(along: out)
        try state.transfer(Volume(0.05, .millilitre), along: out)
        try state.transfer(Volume(0.05, .millilitre), along: back)
        #expect(state.plugs(along: out) == before)
    }

    @Test func `pumps that dose together arrive as the mixture that was planned`() throws {
        var state = FluidState(self.graph)
        for (pump, stock) in [("A0.0", "A"), ("B0.0", "B"), ("C0.0", "C")] {
            try state.set(
                pump,
                to: .init(FluidPortion(Liquid(FluidSource(stock)), volume: Volume(8, .millilitre)))
            )
        }
        let stream = try self.router.stream(from: ["A0.0", "B0.0", "C0.0"], to: "waste_1", via: ["electrochemistryIN"])
        #expect(stream.junction == "M1.0")
        let cell = try #require(self.graph.cell(of: "electrochemistry"))
        try state.deliver(
            [
                PumpDose(pump: "A0.0", volume: Volume(1.0, .millilitre)),
                PumpDose(pump: "B0.0", volume: Volume(0.25, .millilitre)),
                PumpDose(pump: "C0.0", volume: Volume(0.75, .millilitre)),
            ],
            along: stream
        )
        let liquid = try #require(state.content(of: cell).liquid)
        #expect(abs(liquid["A"] - 0.5) < 1e-6)
        #expect(abs(liquid["B"] - 0.125) < 1e-6)
        #expect(abs(liquid["C"] - 0.375) < 1e-6)
        #expect(state.holdsForeignLiquid(in: [cell], to: Liquid("A")))
        #expect(!state.holdsForeignLiquid(in: [cell], to: liquid))
    }

    @Test func `a pump that stands still does not take part, and no other pump may`() throws {
        var state = try self.filledState()
        let stream = try self.router.stream(from: ["A0.0", "B0.0"], to: "vial_1")
        let branch = try self.router.route(from: "B0.0", to: "M1.0")
        let before = state.plugs(along: branch).first
        try state.deliver([PumpDose(pump: "A0.0", volume: Volume(0.5, .millilitre))], along: stream)
        #expect(state.plugs(along: branch).first == before)
        #expect(throws: FluidStateError.notInStream(pump: "C0.0")) {
            try state.deliver([PumpDose(pump: "C0.0", volume: Volume(0.5, .millilitre))], along: stream)
        }
        #expect(try state.deliver([], along: stream).total.isEmpty)
    }

    @Test func `an empty bottle gives gas, and gas leaves a syringe first`() throws {
        var state = FluidState(self.graph, linesHold: Liquid("A"))
        try state.set("Reservoir6", to: .init(FluidPortion(Liquid("A"), volume: Volume(2, .millilitre))))
        let fill = try self.router.route(from: "Reservoir6", to: "A0.0")
        let delivery = try state.transfer(Volume(3, .millilitre), along: fill)
        #expect(delivery.gasForLiquid.picolitres == 1_000_000_000)
        let gas = try #require(state.content(of: "A0.0")).volume(of: .gas)
        #expect((Volume(1, .millilitre) - fill.deadVolume - gas).magnitude < Volume(1e-8, .millilitre))
        #expect(state.plugs(along: fill).map { $0.liquid } == [.gas])
        let waste = try self.router.route(from: "A0.0", to: "waste_1", via: ["V6.10"])
        let first = try state.transfer(gas + waste.deadVolume, along: waste)
        // The gas of the syringe, and what of it stood between syringe and valve.
        let shared = fill.edges.suffix(1).reduce(Volume.zero) { $0 + $1.deadVolume }
        #expect(first.total.volume(of: .gas).picolitres == (gas + shared).picolitres)
        #expect(state.content(of: "A0.0")?.volume(of: .gas) == .zero)
    }

    @Test func `what is impossible is refused and changes nothing`() throws {
        var state = try self.filledState()
        let before = state
        let fill = try self.router.route(from: "Reservoir6", to: "A0.0")
        let push = try self.router.route(from: "A0.0", to: "waste_1", via: ["V6.10"])
        let leak = try self.router.route(from: "A0.0", to: "V8.1")
        let suck = try self.router.route(from: "V6.3", to: "A0.0")
        #expect(throws: FluidStateError.self) { try state.transfer(Volume(8, .millilitre), along: fill) }
        #expect(
            throws: FluidStateError.shortage(
                pump: "A0.0",
                held: Volume(picolitres: 4_000_000_000),
                needed: Volume(picolitres: 5_000_000_000)
            )
        ) { try state.transfer(Volume(5, .millilitre), along: push) }
        #expect(throws: FluidStateError.notASink("V8.1")) { try state.transfer(Volume(1, .millilitre), along: leak) }
        #expect(throws: FluidStateError.notASource("V6.3")) { try state.transfer(Volume(1, .millilitre), along: suck) }
        for volume in [-1, .nan, .infinity] {
            #expect(throws: FluidStateError.self) { try state.transfer(Volume(volume, .millilitre), along: push) }
        }
        #expect(state == before)
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func `the flush volume is just enough`(seed: UInt64) throws {
        var random = FluidicGenerator(seed: seed)
        var state = try self.filledState()
        let pumps = self.graph.pumps().map(\.name)
        let route = try self.router.route(from: "F0.0", to: "waste_1", via: ["electrochemistryIN"])
        for _ in 0..<100 {
            _ = try? self.randomMove(&state, pumps: pumps, using: &random)
            let residual = Double.random(in: 0...0.5, using: &random)
            let volume = state.flushVolume(of: route, with: .solvent, residual: residual)
            #expect(volume <= route.deadVolume)
            var flushed = state
            try flushed.set("F0.0", to: .init(FluidPortion(.solvent, volume: volume)))
            try flushed.transfer(volume, along: route)
            let left = flushed.foreignVolume(in: route.edges, to: .solvent)
            let allowed = route.deadVolume * residual
            #expect(left <= allowed + Volume(1e-6, .millilitre), "seed \(seed)")
            if volume > Volume(0.01, .millilitre) {
                var less = state
                let tooLittle = volume - Volume(0.005, .millilitre)
                try less.set("F0.0", to: .init(FluidPortion(.solvent, volume: tooLittle)))
                try less.transfer(tooLittle, along: route)
                let more = less.foreignVolume(in: route.edges, to: .solvent)
                #expect(more >= left, "seed \(seed)")
                #expect(more >= allowed - Volume(1e-6, .millilitre), "seed \(seed)")
            }
        }
    }

    @Test func `a syringe is filled only when it must be`() throws {
        var state = FluidState(self.graph)
        let stock = Liquid("A")
        func hold(_ portion: FluidPortion) throws {
            try state.set("A0.0", to: .init(portion, capacity: Volume(10, .millilitre)))
        }
        func decision(_ planned: Double, spare: Double = 0) -> RefillDecision {
            state.refill(
                of: "A0.0",
                with: stock,
                planned: Volume(planned, .millilitre),
                spare: Volume(spare, .millilitre)
            )
        }
        try hold(FluidPortion(stock, volume: Volume(4, .millilitre)))
        #expect(decision(4) == .enough)
        #expect(decision(3.9, spare: 6) == .enough)
        #expect(
            decision(5) == .refill(gas: .zero, aspirate: Volume(5, .millilitre) - Volume(picolitres: 4_000_000_000))
        )
        guard case .refill(_, let cut) = decision(5, spare: 9) else { Issue.record("must be filled"); return }
        #expect((cut - Volume(6, .millilitre)).magnitude < Volume(1e-9, .millilitre))
        #expect(decision(11) == .tooSmall(capacity: Volume(10, .millilitre)))
        try hold(
            FluidPortion(stock, volume: Volume(4, .millilitre)) + FluidPortion(.gas, volume: Volume(2, .millilitre))
        )
        #expect(decision(4) == .enough)
        guard case .refill(let gas, _) = decision(5) else { Issue.record("must be filled"); return }
        #expect(gas.picolitres == 2_000_000_000)
        try hold(FluidPortion(.solvent, volume: Volume(4, .millilitre)))
        guard case .replace(let discard, _, let aspirate) = decision(3) else { Issue.record("is solvent"); return }
        #expect(discard.picolitres == 4_000_000_000 && aspirate == Volume(3, .millilitre))
        try hold(FluidPortion())
        #expect(decision(3) == .refill(gas: .zero, aspirate: Volume(3, .millilitre)))
    }

    @Test func `a state keeps its value when stored, and tells when the tubing was changed`() throws {
        var random = FluidicGenerator(seed: 31)
        var state = try self.filledState()
        for _ in 0..<50 {
            _ = try? self.randomMove(&state, pumps: self.graph.pumps().map(\.name), using: &random)
        }
        let stored = try JSONDecoder().decode(FluidState.self, from: JSONEncoder().encode(state))
        #expect(stored == state)
        #expect(stored.mismatches(with: self.graph).isEmpty)
        let edges = self.graph.edges.map { edge in
            var edge = edge
            if edge.label == "0399-NC-1" { edge.deadVolume = Volume(0.5, .millilitre) }
            return edge
        }
        #expect(stored.mismatches(with: TubingGraph(nodes: self.graph.nodes, edges: edges)) == ["0399-NC-1"])
    }

    @Test func `a line that was weighed holds the same plugs, in the same order, in another volume`() throws {
        var random = FluidicGenerator(seed: 32)
        var state = try self.filledState()
        for _ in 0..<50 {
            _ = try? self.randomMove(&state, pumps: self.graph.pumps().map(\.name), using: &random)
        }
        for factor in [1.04, 0.96] {
            let labels = self.graph.edges.filter { !$0.isFixed }.map(\.label)
            let weighed = self.graph.scalingVolumes(
                by: Dictionary(labels.map { ($0, factor) }, uniquingKeysWith: { first, _ in first }))
            var stretched = state
            stretched.stretch(weighed.edges)
            #expect(stretched.mismatches(with: weighed).isEmpty)
            #expect(stretched.syringes == state.syringes && stretched.vessels == state.vessels)
            for (edge, before) in zip(weighed.edges, self.graph.edges) {
                let (plugs, others) = (stretched.plugs(in: edge), state.plugs(in: before))
                #expect(plugs.map(\.sources) == others.map(\.sources))
                for (one, other) in zip(plugs, others) {
                    let wanted = other.volume * (edge.isFixed ? 1 : factor)
                    #expect((one.volume - wanted).magnitude < Volume(2e-9, .millilitre))
                }
            }
            var back = stretched
            back.stretch(self.graph.edges)
            #expect(back.mismatches(with: self.graph).isEmpty)
        }
    }

    // MARK: -

    /// Bottles full, four millilitres in every syringe, solvent in the lines.
    private func filledState() throws -> FluidState {
        var state = FluidState(self.graph, linesHold: .solvent)
        for (pump, reservoir) in zip(self.graph.pumps().map(\.name), (1...6).reversed().map { "Reservoir\($0)" }) {
            let stock = Liquid(FluidSource(pump))
            try state.set(reservoir, to: .init(FluidPortion(stock, volume: Volume(60, .millilitre))))
            try state.set(
                pump,
                to: .init(
                    FluidPortion(stock, volume: Volume(4, .millilitre)),
                    capacity: Volume(9.99998, .millilitre)
                )
            )
        }
        try state.set("Solvent", to: .init(FluidPortion(.solvent, volume: Volume(200, .millilitre))))
        return state
    }

    private func randomMove(
        _ state: inout FluidState,
        pumps: [String],
        using random: inout FluidicGenerator
    ) throws -> FluidDelivery {
        let pump = pumps.randomElement(using: &random) ?? "A0.0"
        let volume = Volume(Double.random(in: 0.0001...3, using: &random), .millilitre)
        let sinks = ["vial_1", "vial_3", "waste_1", "waste_2"]
        let sink = sinks.randomElement(using: &random) ?? "waste_1"
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            let index = pumps.firstIndex(of: pump) ?? 0
            return try state.transfer(volume, along: self.router.route(from: "Reservoir\(6 - index)", to: pump))
        case 1:
            let source = Bool.random(using: &random) ? "Solvent" : "ambient"
            return try state.transfer(volume, along: self.router.route(from: source, to: pump))
        case 2:
            return try state.transfer(volume, along: self.router.route(from: pump, to: "waste_1"))
        case 3:
            return try state.transfer(volume, along: self.router.route(from: "pressurizedGas", to: sink))
        default:
            let dosing = pumps.shuffled(using: &random).prefix(Int.random(in: 1...6, using: &random))
            let cell = sink.hasPrefix("waste") && Bool.random(using: &random)
            let stream = try self.router.stream(
                from: Array(dosing),
                to: sink,
                via: ["M1.0"] + (cell ? ["electrochemistryIN"] : [])
            )
            return try state.deliver(
                dosing.map {
                    PumpDose(pump: $0, volume: Volume(Double.random(in: 0.00001...1, using: &random), .millilitre))
                },
                along: stream
            )
        }
    }
}
