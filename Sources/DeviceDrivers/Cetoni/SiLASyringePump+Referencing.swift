public import DeviceKit
import SiLA2

extension SiLASyringePump {
    /// The drive's position counter; kept by the site, it restores the position after a power cycle.
    public func positionCounter() async throws(DeviceError) -> Int {
        Int(try await self.freshReadings("DrivePositionCounter").readings.positionCounter ?? 0)
    }

    public func lastPositionCounter() async -> Int? {
        guard self.isReferenced, let session else { return nil }
        return await session.readings.latest.positionCounter.map(Int.init)
    }

    /// Gives a drive that lost its supply its position back. Right only if the plunger was not moved meanwhile.
    public func restore(positionCounter counter: Int) async throws(DeviceError) {
        let command = "RestoreDrivePositionCounter \(counter)"
        let session = try await self.readySession(command)
        var request = Drive.RestoreDrivePositionCounter.Input()
        request.drivePositionCounterValue.value = Int64(counter)
        let _: Drive.RestoreDrivePositionCounter.Output = try await self.connection.ask(
            Drive.RestoreDrivePositionCounter.descriptor, request, command)
        guard
            await session.readings.first(within: self.settling, where: { $0.positionCounter == Int64(counter) }) != nil
        else {
            let latest = await session.readings.latest.positionCounter ?? 0
            throw await session.failure(
                command,
                otherwise: self.error(
                    .mismatch, command, "the counter reads \(latest)",
                    advice: "Try again with the drive at rest, or do a reference move."))
        }
        self.isReferenced = true
        self.lastCounter = Int64(counter)
    }

    /// Runs to the empty end and slightly beyond, to find the position anew. The syringe must be taken out first, so
    /// this is only for an operator. Takes up to a minute of lab time.
    public func reference() async throws(DeviceError) {
        let command = "InitializePumpDrive"
        let stopsBefore = self.stops
        try await self.moves.pass(self.name, command) { () throws(DeviceError) in
            try await self.referenceInTurn(command, stopsBefore)
        }
    }

    private func referenceInTurn(_ command: String, _ stopsBefore: Int) async throws(DeviceError) {
        _ = try await self.readySession(command)
        guard self.stops == stopsBefore, !Task.isCancelled else { throw .givenUp(self.name, command) }
        let limit = self.clock.wall(.seconds(62)) + self.margin
        do {
            let confirmation: SiLACommandConfirmation = try await self.connection.call(
                Drive.InitializePumpDrive.descriptor, Drive.InitializePumpDrive.Input())
            let execution = confirmation.commandExecutionUuid
            let _: SiLAExecutionInfo? = try await self.connection.follow(
                Drive.InitializePumpDrive_Info.descriptor, execution, within: limit
            ) { (info: SiLAExecutionInfo) in info.hasEnded }
            let _: Drive.InitializePumpDrive_Result.Output = try await self.connection.call(
                Drive.InitializePumpDrive_Result.descriptor, execution)
        } catch {
            if !error.isRefusal { self.isReferenced = false }
            do throws(DeviceError) { try await self.stop() } catch { throw error }
            throw error.error(device: self.name, command: command, mayHaveMoved: true)
        }
        // Servers may call finished what a stop has ended.
        guard self.stops == stopsBefore, !Task.isCancelled else {
            self.isReferenced = false
            throw self.error(.cancelled, command, "stopped on demand", advice: "The position is not known now.")
        }
        self.isReferenced = true
    }
}
