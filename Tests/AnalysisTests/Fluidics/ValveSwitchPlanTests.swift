import DeviceKit
import Testing

@testable import Analysis

struct ValveSwitchPlanTests {
    private let router: Router
    private var graph: TubingGraph { self.router.graph }
    private let closed: FluidicSettings

    init() throws {
        self.router = Router(try TubingFiles.ours.graph())
        self.closed = try FluidicSettings(
            valves: (1...6).map { ValveSetting(valve: "V\($0)", port: 1) }
                + [("V7", 1), ("V8", 10), ("V9", 6), ("V10", 10)].map { ValveSetting(valve: $0.0, port: $0.1) },
            gasValves: [GasValveSetting(valve: "ArdV_0_1", isEnergised: false)]
        )
    }

    private func gasRoute() throws -> FluidicRoute {
        try self.router.route(from: "pressurizedGas", to: "waste_2", via: ["electrochemistryIN"])
    }

    private func plan(from present: FluidicSettings, _ target: FluidicSettings, moving: [String] = []) throws
        -> [String]
    {
        try ValveSwitchPlan(in: self.graph, from: present, to: target, movingPumps: moving).steps.map(\.description)
    }

    @Test func `the way out is opened first and gas last`() throws {
        let target = try FluidicSettings(of: [self.gasRoute()])
        #expect(
            try self.plan(from: self.closed, target) == [
                "turn V10 to port 9", "turn V9 to port 7", "turn V8 to port 7", "turn V7 to port 5",
                "energise ArdV_0_1",
            ]
        )
    }

    @Test func `gas is shut off first, and before any valve turns`() throws {
        let gas = try FluidicSettings(of: [self.gasRoute()])
        let vented = try FluidicSettings(of: [self.router.route(from: "ambient", to: "V7.0")])
        #expect(try self.plan(from: self.closed.replacing(with: gas), vented) == ["release ArdV_0_1"])
        let other = try FluidicSettings(of: [
            self.router.route(from: "pressurizedGas", to: "waste_1", via: ["electrochemistryIN"])
        ])
        #expect(
            try self.plan(from: self.closed.replacing(with: gas), other) == [
                "release ArdV_0_1", "turn V10 to port 10", "energise ArdV_0_1",
            ]
        )
        let sample = try FluidicSettings(of: [self.router.route(from: "M1.0", to: "vial_2")])
        #expect(
            try self.plan(from: self.closed.replacing(with: gas), sample) == [
                "release ArdV_0_1", "turn V10 to port 2", "turn V9 to port 6", "turn V8 to port 6", "turn V7 to port 1",
            ]
        )
    }

    @Test func `valves that stand as wanted are left alone, and unknown ones are set`() throws {
        let target = try FluidicSettings(of: [self.gasRoute()])
        #expect(try self.plan(from: self.closed.replacing(with: target), target).isEmpty)
        #expect(
            try self.plan(from: FluidicSettings(), FluidicSettings(valves: [ValveSetting(valve: "V10", port: 9)])) == [
                "release ArdV_0_1", "turn V10 to port 9",
            ]
        )
        #expect(try self.plan(from: FluidicSettings(), FluidicSettings()) == ["release ArdV_0_1"])
    }

    @Test func `a port without tube is never selected`() throws {
        for node in self.graph.danglingPorts {
            guard case .valvePort(let valve, let port) = node.kind else { continue }
            let setting = ValveSetting(valve: valve, port: port)
            #expect(throws: ValveSwitchError.danglingPort(setting)) {
                try self.plan(from: self.closed, FluidicSettings(valves: [setting]))
            }
        }
        #expect(throws: ValveSwitchError.unknownPort(ValveSetting(valve: "V1", port: 0))) {
            try self.plan(from: self.closed, FluidicSettings(valves: [ValveSetting(valve: "V1", port: 0)]))
        }
        #expect(throws: ValveSwitchError.unknownValve("V99")) {
            try self.plan(from: self.closed, FluidicSettings(valves: [ValveSetting(valve: "V99", port: 1)]))
        }
    }

    @Test func `gas is not opened into tubes that end nowhere`() throws {
        let on = try FluidicSettings(valves: [], gasValves: [GasValveSetting(valve: "ArdV_0_1", isEnergised: true)])
        #expect(throws: ValveSwitchError.noWayOut(gasValve: "ArdV_0_1")) { try self.plan(from: self.closed, on) }
        let toVent = try FluidicSettings(valves: [ValveSetting(valve: "V7", port: 5)])
        #expect(try self.plan(from: self.closed.replacing(with: toVent), on) == ["energise ArdV_0_1"])
        #expect(throws: ValveSwitchError.noWayOut(gasValve: "ArdV_0_1")) { try self.plan(from: toVent, on) }
    }

    @Test func `no valve turns on the branch of a moving pump`() throws {
        let deliver = try FluidicSettings(of: [self.router.route(from: "A0.0", to: "waste_1", via: ["V8.10"])])
        let delivering = self.closed.replacing(with: deliver)
        func turn(_ valve: String, _ port: Int) throws -> FluidicSettings {
            try FluidicSettings(valves: [ValveSetting(valve: valve, port: port)])
        }
        for (valve, port) in [("V6", 10), ("V7", 5), ("V8", 6)] {
            #expect(throws: ValveSwitchError.pumpMoves(pump: "A0.0", valve: valve)) {
                try self.plan(from: delivering, turn(valve, port), moving: ["A0.0"])
            }
        }
        // Turning the branch valve of B to the mixer would open it to the pressure of A.
        #expect(throws: ValveSwitchError.pumpMoves(pump: "A0.0", valve: "V5")) {
            try self.plan(from: delivering, turn("V5", 5), moving: ["A0.0"])
        }
        // The sample side behind V8 is shut off from it.
        #expect(try self.plan(from: delivering, turn("V10", 3), moving: ["A0.0"]) == ["turn V10 to port 3"])
        // Each pump filling from its own reservoir leaves the others free.
        #expect(try self.plan(from: self.closed, turn("V5", 10), moving: ["A0.0"]) == ["turn V5 to port 10"])
        #expect(throws: ValveSwitchError.unknownPump("Z0.0")) {
            try self.plan(from: self.closed, turn("V5", 10), moving: ["Z0.0"])
        }
    }

    @Test func `a merged stream opens from its sink to its pumps`() throws {
        let stream = try self.router.stream(from: ["A0.0", "B0.0"], to: "vial_3")
        #expect(
            try self.plan(from: self.closed, stream.settings) == [
                "turn V10 to port 3", "turn V8 to port 6", "turn V5 to port 5", "turn V6 to port 5",
            ]
        )
    }
}
