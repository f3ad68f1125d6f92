public import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// A CETONI QmixV rotary valve behind its SiLA 2 server, alone or one of several behind a gateway.
///
/// Ports are counted from 1 here and from 0 on the wire. The server's answer to a switch comes before the rotor rests,
/// so every turn ends with the position read back.
public actor SiLARotaryValve: RotaryValve {
    public nonisolated let name: String
    public nonisolated let positionCount: Int

    private let connection: SiLAConnection
    private let clock: LabClock
    private let expectedServerName: String?
    private let index: Int
    private let turnLimit: Duration
    private let turns = Turnstile()
    private var session: SiLASession<ValveReadings>?
    private var opening: Task<Result<SiLASession<ValveReadings>, DeviceError>, Never>?
    private var metadata: Metadata = [:]

    /// Nothing is sent until the valve is used.
    ///
    /// - Parameters:
    ///   - positionCount: number of selectable ports, compared with what the server says.
    ///   - serverName: what the server must call itself; nil accepts any name.
    ///   - index: which valve of a server with several, from 0; without effect on a server with one.
    ///   - turnLimit: lab time within which a turn must be done.
    public init(
        name: String, connection: SiLAConnection, positionCount: Int = 10, clock: LabClock, serverName: String? = nil,
        index: Int = 0, turnLimit: Duration = .seconds(5)
    ) {
        self.name = name
        self.connection = connection
        self.positionCount = positionCount
        self.clock = clock
        self.expectedServerName = serverName
        self.index = index
        self.turnLimit = turnLimit
    }

    public func identify() async throws(DeviceError) -> DeviceIdentity {
        _ = try await self.readySession()
        return try await self.connection.identity()
    }

    public func position() async throws(DeviceError) -> Int {
        let session = try await self.readySession()
        do {
            return (try await session.fresh("Position").position ?? 0) + 1
        } catch {
            session.end()
            throw error
        }
    }

    /// Turns and waits until the position read back is `position`. A rotor cannot be stopped halfway, so the turn is
    /// finished even when the calling task is cancelled.
    ///
    /// Throws `.unsafe` for a port the valve does not have, `.mismatch` when the rotor rests elsewhere, and
    /// `.unknownOutcome` when the server was lost on the way.
    public func turn(to position: Int) async throws(DeviceError) {
        let command = "SwitchToPosition \(position - 1) (port \(position))"
        guard (1...self.positionCount).contains(position) else {
            throw DeviceError(
                .unsafe, device: self.name, command: command, "the valve has ports 1 to \(self.positionCount)",
                advice: "Choose one of them.")
        }
        guard await self.turns.enter() else {
            throw DeviceError(
                .cancelled, device: self.name, command: command, "given up before it began", advice: "Nothing was sent."
            )
        }
        let result = await Task { await self.turnInTurn(to: position, command) }.value
        await self.turns.leave()
        try result.get()
    }

    /// Waits until a turn under way is done; a resting valve is left as it is.
    public func stop() async throws(DeviceError) {
        await self.turns.turnAllAway()
        guard await Task(operation: { await self.turns.enter() }).value else { return }
        await self.turns.leave()
    }

    private func turnInTurn(to position: Int, _ command: String) async -> Result<Void, DeviceError> {
        do throws(DeviceError) {
            let session = try await self.readySession()
            _ = try await session.fresh(command)
            try await self.sendSwitch(to: position, command)
            let limit = self.clock.wall(self.turnLimit) + .seconds(1)
            let there = await session.readings.first(within: limit) { $0.position == position - 1 }
            if there == nil { throw await self.notThere(session, command) }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func sendSwitch(to position: Int, _ command: String) async throws(DeviceError) {
        var request = Valve.SwitchToPosition.Input()
        request.position.value = Int64(position - 1)
        do {
            let _: Valve.SwitchToPosition.Output = try await self.connection.call(
                Valve.SwitchToPosition.descriptor, request, metadata: self.metadata)
        } catch {
            throw error.error(device: self.name, command: command, mayHaveMoved: true)
        }
    }

    private func notThere(_ session: SiLASession<ValveReadings>, _ command: String) async -> DeviceError {
        if let failure = await session.readings.failure {
            return failure.error(device: self.name, command: command, mayHaveMoved: true)
        }
        let reading = await session.readings.latest.position.map { "port \($0 + 1)" } ?? "no position"
        return DeviceError(
            .mismatch, device: self.name, command: command, "the valve still reads \(reading)",
            advice: "Check that the rotor runs freely and its supply; do not pump before the position is right.")
    }
}

extension SiLARotaryValve {
    private func readySession() async throws(DeviceError) -> SiLASession<ValveReadings> {
        if let session = self.session, await session.isOpen { return session }
        let opening = self.opening ?? Task { await self.open() }
        self.opening = opening
        let result = await opening.value
        if self.opening == opening { self.opening = nil }
        return try result.get()
    }

    private func open() async -> Result<SiLASession<ValveReadings>, DeviceError> {
        do throws(DeviceError) {
            let features = try await self.connection.checkServer(
                name: self.expectedServerName, needed: [SiLAFeature.valve])
            if features.contains(SiLAFeature.valveGateway) { try await self.chooseValve() }
            let count: Valve.Get_NumberOfPositions.Output = try await self.connection.ask(
                Valve.Get_NumberOfPositions.descriptor, Valve.Get_NumberOfPositions.Input(), metadata: self.metadata,
                "NumberOfPositions")
            guard count.numberOfPositions.value == self.positionCount else {
                throw DeviceError(
                    .misconfigured, device: self.name, command: "NumberOfPositions",
                    "the valve has \(count.numberOfPositions.value) positions, not \(self.positionCount)",
                    advice: "Correct the number of ports in the configuration, or the address.")
            }
            let session = SiLASession(
                self.connection, first: ValveReadings(),
                subscriptions: [ValveReadings.subscription(self.metadata)])
            let limit = self.clock.wall(.seconds(1)) + .seconds(2)
            guard await session.readings.first(within: limit, where: { $0.position != nil }) != nil else {
                session.end()
                throw await session.failure(
                    "Position",
                    otherwise: DeviceError(
                        .timedOut, device: self.name, command: "Position", "the server tells no position",
                        advice: "Check that the valve is powered, and the server's log."))
            }
            self.session = session
            return .success(session)
        } catch {
            return .failure(error)
        }
    }

    private func chooseValve() async throws(DeviceError) {
        let answer: Gateway.Get_NumberOfValves.Output = try await self.connection.ask(
            Gateway.Get_NumberOfValves.descriptor, Gateway.Get_NumberOfValves.Input(), "NumberOfValves")
        guard self.index >= 0, self.index < answer.numberOfValves.value else {
            throw DeviceError(
                .misconfigured, device: self.name, command: "NumberOfValves",
                "the server has \(answer.numberOfValves.value) valves, so there is no valve \(self.index)",
                advice: "Valves are counted from 0: correct the index in the configuration.")
        }
        var index = GatewayMetadata_ValveIndex()
        index.valveIndex.value = Int64(self.index)
        do {
            self.metadata = [:]
            self.metadata.addBinary(try index.serializedBytes(), forKey: SiLAFeature.valveIndexHeader)
        } catch {
            throw DeviceError(
                .garbled, device: self.name, command: "ValveIndex", "\(error)", advice: "Report this as a defect.")
        }
    }
}

/// What a valve's server says of it, from 0.
struct ValveReadings: Sendable {
    var position: Int?

    static func subscription(_ metadata: Metadata) -> PropertySubscription<Self> {
        PropertySubscription(
            Valve.Subscribe_Position.descriptor, Valve.Subscribe_Position.Input(),
            Valve.Subscribe_Position.Output.self, metadata: metadata
        ) { $0.position = Int($1.position.value) }
    }
}

private typealias Valve = ValveValvePositionController.Method
private typealias Gateway = GatewayValveGatewayService.Method
