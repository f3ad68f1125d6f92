public import DeviceKit
import GRPCCore
import SiLA2

/// A CETONI Nemesys syringe pump behind its SiLA 2 server.
///
/// The server's status “finished successfully” does not mean that the volume was dosed: a dose that was stopped or
/// replaced ends with it too. So every move ends with the fill level read back. Moves of one pump are done one after
/// the other; `stop()` waits for nothing.
public actor SiLASyringePump: SyringePump {
    public nonisolated let name: String
    public nonisolated let syringe: SyringeGeometry
    public nonisolated let capacity: Volume
    /// From the syringe and the configured limit. The drive's own limit is read from the server at each move.
    public nonisolated let flowRange: ClosedRange<FlowRate>

    let connection: SiLAConnection
    let clock: LabClock
    let expectedServerName: String?
    /// How far from its goal a plunger may rest.
    let tolerance: Volume
    /// Wall time a move may take beyond volume divided by flow.
    let margin: Duration
    let allowsUnreferenced: Bool
    let moves = Turnstile()

    var session: SiLASession<PumpReadings>?
    var opening: Task<Result<SiLASession<PumpReadings>, DeviceError>, Never>?
    var isReferenced: Bool
    /// The drive's position counter when the last session ended.
    var lastCounter: Int64?
    /// Counts calls of `stop()`, so that a move notices that it was stopped.
    var stops = 0
    /// Number of the move whose command was sent and whose execution has not ended.
    var underWay: Int?
    var movesSent = 0
    /// The call that starts a motion, until it is answered.
    var initiation: Task<Result<SiLACommandConfirmation, SiLAFailure>, Never>?

    /// Nothing is sent until the pump is used.
    ///
    /// - Parameters:
    ///   - serverName: what the server must call itself; nil accepts any name.
    ///   - fastestFlow: the site's limit for this pump; nil for the limit of the drive with this syringe.
    ///   - tolerance: how far from its goal the plunger may rest; nil for 0.1 % of the syringe.
    ///   - margin: wall time a move may take beyond volume divided by flow.
    ///   - isReferenced: whether the server's fill level can be believed from the start. It can with an absolute
    ///     encoder (Nemesys S and M), and where the server restores the counter by itself, as CETONI's does.
    ///   - allowsUnreferenced: lets an unreferenced pump move, on an operator's word.
    public init(
        name: String, connection: SiLAConnection, syringe: SyringeGeometry, clock: LabClock,
        serverName: String? = nil, fastestFlow: FlowRate? = nil, tolerance: Volume? = nil,
        margin: Duration = .seconds(5), isReferenced: Bool = true, allowsUnreferenced: Bool = false
    ) {
        self.name = name
        self.connection = connection
        self.syringe = syringe
        self.clock = clock
        self.expectedServerName = serverName
        self.capacity = syringe.capacity
        let fastest = min(fastestFlow ?? syringe.fastestFlow, syringe.fastestFlow)
        self.flowRange = min(syringe.slowestFlow, fastest)...fastest
        self.tolerance = tolerance ?? syringe.capacity * 1e-3
        self.margin = margin
        self.isReferenced = isReferenced
        self.allowsUnreferenced = allowsUnreferenced
    }

    public func identify() async throws(DeviceError) -> DeviceIdentity {
        _ = try await self.readySession("identify")
        return try await self.connection.identity()
    }

    public func status() async throws(DeviceError) -> SyringePumpStatus {
        let readings = try await self.freshReadings("status").readings
        return SyringePumpStatus(
            fillLevel: Volume(readings.fillLevel ?? 0, .millilitre),
            flow: FlowRate(readings.flow ?? 0, .millilitrePerSecond),
            isEnabled: readings.isEnabled, isFaulted: readings.isFaulted ?? false, isReferenced: self.isReferenced)
    }

    /// Clears a fault, enables the drive and waits until it says so. Only on an operator's word.
    public func clearFault() async throws(DeviceError) {
        let command = "EnablePumpDrive"
        let session = try await self.readySession(command)
        let _: Drive.EnablePumpDrive.Output = try await self.connection.ask(
            Drive.EnablePumpDrive.descriptor, Drive.EnablePumpDrive.Input(), command)
        let done = await session.readings.first(within: self.settling) { $0.isEnabled && $0.isFaulted == false }
        guard done == nil else { return }
        let still = await session.readings.latest
        throw await session.failure(
            command,
            otherwise: self.error(
                .faulted, command,
                still.isFaulted == true ? "the fault came back at once" : "the drive stays \(still.driveState ?? "?")",
                advice: "Remove the cause (blocked line, closed valve, end stop, supply) and try again."))
    }
}

extension SiLASyringePump {
    func error(
        _ code: DeviceError.Code, _ command: String, _ detail: String, advice: String
    ) -> DeviceError {
        DeviceError(code, device: self.name, command: command, detail, advice: advice)
    }

    /// Wall time in which a setting or a standstill must show. Servers look at the drive every 0.1 s of lab time.
    var settling: Duration { self.clock.wall(.seconds(1)) + .seconds(1) }

    func freshReadings(
        _ command: String
    ) async throws(DeviceError) -> (session: SiLASession<PumpReadings>, readings: PumpReadings) {
        let session = try await self.readySession(command)
        do {
            return (session, try await session.fresh(command))
        } catch {
            session.end()
            throw error
        }
    }
}
