import DeviceKit

extension SiLASyringePump {
    /// Refuses to move a drive that is not fit to.
    func checkDrive(_ readings: PumpReadings, _ command: String) throws(DeviceError) {
        if readings.isFaulted == true {
            throw self.error(
                .faulted, command, "the drive is in a fault state; nothing was sent",
                advice: self.adviceForFault())
        }
        guard readings.isEnabled else {
            throw self.error(
                .refused, command, "the drive is \(readings.driveState ?? "in an unknown state"); nothing was sent",
                advice: self.adviceForFault("Clear the fault, which also enables the drive."))
        }
        guard self.isReferenced || self.allowsUnreferenced else {
            throw self.positionLost(command)
        }
    }

    /// Level and flow in the wire's units, within what the server itself allows: its limits are rounded otherwise.
    func wireGoal(
        _ level: Volume, _ flow: FlowRate, _ session: SiLASession<PumpReadings>, _ command: String
    ) async throws(DeviceError) -> (level: Double, flow: Double) {
        let flow = flow.in(.millilitrePerSecond)
        // Just after the syringe was set, the server may still show the flow limit of the one before.
        let allowing = await session.readings.first(within: self.settling) {
            flow <= ($0.fastestFlow ?? 0) * (1 + 1e-5)
        }
        let latest = await session.readings.latest
        let readings = allowing ?? latest
        let fastest = readings.fastestFlow ?? 0
        guard flow <= fastest * (1 + 1e-5) else {
            throw self.error(
                .unsafe, command, "the drive allows \(FlowRate(fastest, .millilitrePerSecond)) at most",
                advice: "Choose a slower flow, or correct the flow limit in the configuration.")
        }
        return (max(0, min(level.in(.millilitre), readings.capacity ?? 0)), min(flow, fastest))
    }
}
