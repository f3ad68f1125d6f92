import DeviceKit
import Links
import SiLA2
import Simulators

@testable import DeviceDrivers

/// A pump's server on the loopback interface, and the driver that talks to it.
struct SiLABench {
    let clock: LabClock
    let model: AnalyticPump
    let server: SimulatedSiLAServer
    let port: Int
    let connection: SiLAConnection
    let pump: SiLASyringePump
    /// Between both, where the traffic is to be seen.
    private let proxy: FaultProxy?

    static let serverName = "neMESYS Low Pressure 1 Pump"
    /// 10 mL.
    static let syringe = SyringeGeometry(innerDiameter: Length(14.5673, .millimetre))

    init(
        speed: Double = 20, fillLevel: Volume = Volume(5, .millilitre), generation: SiLABehaviour.Generation = .v1_10,
        serverName: String? = Self.serverName, isReferenced: Bool = true, margin: Duration = .seconds(2),
        tap: ProxyTap? = nil
    ) async throws {
        self.clock = LabClock(speed: speed)
        self.model = AnalyticPump(clock: self.clock, fillLevel: fillLevel)
        var behaviour = SiLABehaviour()
        behaviour.generation = generation
        self.server = SimulatedSiLAServer(
            name: Self.serverName, pump: self.model, clock: self.clock, behaviour: behaviour)
        self.port = try await self.server.start()
        var reached = self.port
        self.proxy = tap.map { FaultProxy(to: TCPLink(host: "127.0.0.1", port: UInt16(clamping: reached)), tap: $0) }
        if let proxy, case .tcp(_, let port) = try await proxy.listen() { reached = Int(port) }
        self.connection = try SiLAConnection(
            device: "pump-1", endpoint: SiLAEndpoint(host: "127.0.0.1", port: reached, security: .plaintext))
        self.pump = SiLASyringePump(
            name: "pump-1", connection: self.connection, syringe: Self.syringe, clock: self.clock,
            serverName: serverName, margin: margin, isReferenced: isReferenced)
    }

    /// Runs a body against a bench and takes the bench down whatever happens.
    static func with(
        speed: Double = 20, fillLevel: Volume = Volume(5, .millilitre), generation: SiLABehaviour.Generation = .v1_10,
        serverName: String? = Self.serverName, isReferenced: Bool = true, margin: Duration = .seconds(2),
        _ body: (Self) async throws -> Void
    ) async throws {
        let bench = try await Self(
            speed: speed, fillLevel: fillLevel, generation: generation, serverName: serverName,
            isReferenced: isReferenced, margin: margin)
        do {
            try await body(bench)
        } catch {
            await bench.takeDown()
            throw error
        }
        await bench.takeDown()
    }

    func takeDown() async {
        self.connection.close()
        await self.proxy?.shutDown()
        await self.server.stop()
    }

    /// The code of the error that a body throws; nil if it throws none.
    func code(_ body: () async throws(DeviceError) -> Void) async -> DeviceError.Code? {
        do throws(DeviceError) {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    /// Sets units through a connection of its own, as another program would.
    func setMicrolitresPerMinute() async throws {
        let other = try SiLAConnection(device: "other", endpoint: self.connection.endpoint)
        var volume = UnitSetVolumeUnit_Parameters()
        volume.volumeUnit.volumeUnit.value = "ul"
        let _: UnitSetVolumeUnit_Responses = try await other.call(
            UnitPumpUnitController.Method.SetVolumeUnit.descriptor, volume)
        var flow = UnitSetFlowUnit_Parameters()
        flow.flowUnit.volumeUnit.volumeUnit.value = "ul"
        flow.flowUnit.timeUnit.timeUnit.value = "min"
        let _: UnitSetFlowUnit_Responses = try await other.call(
            UnitPumpUnitController.Method.SetFlowUnit.descriptor, flow)
        other.close()
    }

    /// Waits until the model's plunger moves, for 5 s at most.
    func waitForMotion() async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while await !self.model.state().isMoving, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
