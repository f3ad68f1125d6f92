import DeviceDrivers
import DeviceKit
import Simulators
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SiLARotaryValveTests {
    let clock = LabClock(speed: 20)

    private func withValves(
        _ models: [AnalyticValve], index: Int = 0, positionCount: Int = 10,
        _ body: (SiLARotaryValve, SimulatedSiLAServer) async throws -> Void
    ) async throws {
        let server = SimulatedSiLAServer(name: "QmixV 1 Valve", valves: models, clock: self.clock)
        let port = try await server.start()
        let connection = try SiLAConnection(
            device: "valve-1", endpoint: SiLAEndpoint(host: "127.0.0.1", port: port, security: .plaintext))
        let valve = SiLARotaryValve(
            name: "valve-1", connection: connection, positionCount: positionCount, clock: self.clock,
            serverName: "QmixV 1 Valve", index: index)
        do {
            try await body(valve, server)
        } catch {
            connection.close()
            await server.stop()
            throw error
        }
        connection.close()
        await server.stop()
    }

    private func code(_ body: () async throws(DeviceError) -> Void) async -> DeviceError.Code? {
        do throws(DeviceError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a turn ends when the position read back says so`() async throws {
        let model = AnalyticValve(clock: self.clock)
        try await self.withValves([model]) { valve, _ in
            for port in [7, 10, 1, 1, 4] {
                try await valve.turn(to: port)
                #expect(await !model.isTurning())
                #expect(await model.position() == port)
                #expect(try await valve.position() == port)
            }
        }
    }

    @Test func `ports count from one here and from zero on the wire`() async throws {
        try await self.withValves([AnalyticValve(clock: self.clock)]) { valve, _ in
            let first = try await valve.position()
            #expect(first == 1)
            for port in [0, 11, -1] {
                #expect(await self.code { () throws(DeviceError) in try await valve.turn(to: port) } == .unsafe)
            }
        }
    }

    @Test func `a rotor that does not turn is a mismatch`() async throws {
        try await self.withValves([AnalyticValve(clock: self.clock)]) { valve, server in
            await server.change { $0.ignoresTurns = true }
            #expect(await self.code { () throws(DeviceError) in try await valve.turn(to: 3) } == .mismatch)
        }
    }

    @Test func `one of several valves behind a gateway is turned alone`() async throws {
        let models = (0..<3).map { _ in AnalyticValve(clock: self.clock) }
        try await self.withValves(models, index: 1) { valve, _ in
            try await valve.turn(to: 9)
            #expect(await models[0].position() == 1)
            #expect(await models[1].position() == 9)
            #expect(await models[2].position() == 1)
        }
        try await self.withValves(models, index: 3) { valve, _ in
            let code = await self.code { () throws(DeviceError) in _ = try await valve.position() }
            #expect(code == .misconfigured)
        }
    }

    @Test func `a valve with another number of ports is not used`() async throws {
        try await self.withValves([AnalyticValve(clock: self.clock, positionCount: 6)]) { valve, _ in
            let code = await self.code { () throws(DeviceError) in _ = try await valve.position() }
            #expect(code == .misconfigured)
        }
    }

    @Test func `a server that dies during a turn leaves an unknown outcome`() async throws {
        try await self.withValves([AnalyticValve(clock: self.clock)]) { valve, server in
            _ = try await valve.position()
            await server.change { $0.ignoresTurns = true }
            async let code = self.code { () throws(DeviceError) in try await valve.turn(to: 3) }
            try await Task.sleep(for: .milliseconds(100))
            await server.stop()
            #expect(await code == .unknownOutcome)
        }
    }
}
