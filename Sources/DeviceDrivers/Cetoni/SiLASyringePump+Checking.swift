import DeviceKit

extension SiLASyringePump {
    /// Refuses what the syringe cannot do, before anything is sent.
    func checkRange(_ level: Volume, _ flow: FlowRate, _ command: String) throws(DeviceError) {
        let slack = self.capacity * 1e-6
        guard level.isFinite, level >= .zero - slack, level <= self.capacity + slack else {
            throw self.error(
                .unsafe, command, "the syringe holds 0 to \(self.capacity)", advice: "Choose a fill level within.")
        }
        let range = self.flowRange
        guard flow.isFinite, flow >= range.lowerBound * (1 - 1e-6), flow <= range.upperBound * (1 + 1e-6) else {
            throw self.error(
                .unsafe, command,
                "the flow must be \(range.lowerBound) to \(range.upperBound)", advice: "Choose a flow within.")
        }
    }

    /// Refuses to move a drive that is not fit to.
    func checkDrive(_ readings: PumpReadings, _ command: String) throws(DeviceError) {
        if readings.isFaulted == true {
            throw self.error(
                .faulted, command, "the drive is in a fault state; nothing was sent",
                advice: "Remove the cause (blocked line, closed valve, end stop), then clear the fault.")
        }
        guard readings.isEnabled else {
            throw self.error(
                .refused, command, "the drive is \(readings.driveState ?? "in an unknown state"); nothing was sent",
                advice: "Clear the fault, which also enables the drive.")
        }
        guard self.isReferenced || self.allowsUnreferenced else {
            throw self.error(
                .refused, command, "the drive has lost its position, so the fill level means nothing; nothing was sent",
                advice: "Restore the position counter, or take the syringe out and do a reference move.")
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
