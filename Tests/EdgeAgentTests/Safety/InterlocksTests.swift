import Analysis
import DeviceKit
import LabBench
import Methods
import Simulators
import Testing

@testable import EdgeAgent

/// What must not happen in a lab is tried here on purpose, on simulated hardware that would break.
@Suite(.serialized) struct InterlocksTests {
    private static let flow = FlowRate(0.05, .millilitrePerSecond)

    private func interlocks(_ bench: LabBench) -> Interlocks {
        Interlocks(laboratory: bench.laboratory, router: bench.description.model.router)
    }

    /// The way from the bottle of pump A0 into its syringe.
    private func filling(_ bench: LabBench, to level: Volume) throws -> (Dosing, port: (String, Int)) {
        let route = try bench.description.model.router.route(from: "Reservoir6", to: "A0.0", via: [])
        let setting = try #require(route.valveSettings.first)
        let move = Dosing.Move(pump: "A0.0", from: .zero, to: level, flow: Self.flow, route: route.nodes)
        return (Dosing(purpose: .fill, moves: [move]), (setting.valve, setting.port))
    }

    private func refusal(_ body: () async throws -> Void) async throws -> DeviceError {
        let error = await #expect(throws: DeviceError.self) { try await body() }
        let refusal = try #require(error)
        #expect(refusal.code == .unsafe, "\(refusal)")
        return refusal
    }

    @Test func `no valve turns while any pump pushes`() async throws {
        try await LabBench.run { bench in
            let (_, port) = try self.filling(bench, to: Volume(5, .millilitre))
            try await bench.valve(port.0).turn(to: port.1)
            async let moving = bench.pump("A0.0").move(toFillLevel: Volume(5, .millilitre), at: Self.flow)
            while try await bench.pump("A0.0").status().flow == .zero { try await Task.sleep(for: .milliseconds(5)) }
            let refusal = try await self.refusal { try await self.interlocks(bench).allowTurning(["V9"]) }
            #expect(refusal.device == "A0")
            try await bench.pump("A0.0").stop()
            _ = try? await moving
            try await self.interlocks(bench).allowTurning(["V9"])
            let turned = await bench.lab.world.events.contains { event in
                if case .valveTurned("V9", _, _) = event.occurrence { true } else { false }
            }
            #expect(!turned)
        }
    }

    @Test func `neither a valve turns nor a plunger moves while the gas is on`() async throws {
        try await LabBench.run { bench in
            let (dosing, port) = try self.filling(bench, to: Volume(1, .millilitre))
            try await bench.valve(port.0).turn(to: port.1)
            try await bench.relay("gas").set(energised: true)
            #expect(try await self.refusal { try await self.interlocks(bench).allowTurning(["V9"]) }.device == "gas")
            #expect(try await self.refusal { _ = try await self.interlocks(bench).allow(dosing) }.device == "gas")
            try await bench.relay("gas").stop()
            #expect(try await self.interlocks(bench).allow(dosing).keys.sorted() == ["A0.0"])
        }
    }

    @Test func `a plunger that somebody moved, and a valve that somebody turned, stop a dose before it begins`()
        async throws
    {
        try await LabBench.run { bench in
            let (dosing, port) = try self.filling(bench, to: Volume(1, .millilitre))
            let other = port.1 == 1 ? 2 : 1
            try await bench.valve(port.0).turn(to: other)
            let closed = try await self.refusal { _ = try await self.interlocks(bench).allow(dosing) }
            #expect(closed.device == port.0)
            #expect(closed.detail.contains("stands at port \(other)"))
            try await bench.valve(port.0).turn(to: port.1)
            _ = try await bench.pump("A0.0").move(toFillLevel: Volume(0.2, .millilitre), at: Self.flow)
            #expect(try await self.refusal { _ = try await self.interlocks(bench).allow(dosing) }.device == "A0")
        }
    }

    @Test func `gas is opened only into a way that is open`() async throws {
        try await LabBench.run { bench in
            let router = bench.description.model.router
            let handling = bench.description.configuration.fluidics
            let route = try router.route(from: handling.gas.source, to: handling.waste, via: [])
            let settings = route.valveSettings
            for setting in settings { try await bench.valve(setting.valve).turn(to: setting.port) }
            try await self.interlocks(bench).allowGas(along: route.nodes, relay: "gas")
            let last = try #require(settings.last)
            try await bench.valve(last.valve).turn(to: last.port == 1 ? 2 : 1)
            let refusal = try await self.refusal {
                try await self.interlocks(bench).allowGas(along: route.nodes, relay: "gas")
            }
            #expect(refusal.device == last.valve)
            let opened = await bench.lab.world.events.contains { event in
                if case .relaySwitched(_, true) = event.occurrence { true } else { false }
            }
            #expect(!opened)
        }
    }
}
