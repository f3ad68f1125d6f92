import DeviceKit
import SiLA2

extension SiLASyringePump {
    /// The open session, or a new one. Those who come while it is being opened share it.
    func readySession(_ command: String) async throws(DeviceError) -> SiLASession<PumpReadings> {
        if let session = self.session {
            if await session.isOpen { return session }
            if let counter = await session.readings.latest.positionCounter { self.lastCounter = counter }
            if self.session === session { self.session = nil }
        }
        let opening = self.opening ?? Task { await self.open() }
        self.opening = opening
        let result = await opening.value
        if self.opening == opening { self.opening = nil }
        return try result.get()
    }

    private func open() async -> Result<SiLASession<PumpReadings>, DeviceError> {
        do throws(DeviceError) {
            _ = try await self.connection.checkServer(
                name: self.expectedServerName,
                needed: [SiLAFeature.drive, SiLAFeature.units, SiLAFeature.syringe, SiLAFeature.dosing])
            try await self.setUnits()
            let session = SiLASession(
                self.connection, first: PumpReadings(), subscriptions: PumpReadings.subscriptions)
            try await self.setSyringe()
            let command = "SetSyringeParameters"
            let capacity = self.capacity.in(.millilitre)
            let ready = await session.readings.first(within: self.settling) {
                $0.isComplete && $0.hasOurUnits && abs(($0.capacity ?? 0) - capacity) <= capacity * 1e-3
                    && ($0.fillLevel ?? 0) <= capacity * 1.01
            }
            guard let ready else {
                let latest = await session.readings.latest
                let error = await session.failure(command, otherwise: self.unset(latest, command))
                session.end()
                throw error
            }
            self.noticeLostPosition(ready)
            self.session = session
            return .success(session)
        } catch {
            return .failure(error)
        }
    }

    /// All volumes in mL and all flows in mL/s. Both get the same prefix, because servers before 1.10 reckon the time
    /// of a dose wrongly otherwise.
    func setUnits() async throws(DeviceError) {
        var volume = Units.SetVolumeUnit.Input()
        volume.volumeUnit.volumeUnit.value = "ml"
        let _: Units.SetVolumeUnit.Output = try await self.connection.ask(
            Units.SetVolumeUnit.descriptor, volume, "SetVolumeUnit ml")
        var flow = Units.SetFlowUnit.Input()
        flow.flowUnit.volumeUnit.volumeUnit.value = "ml"
        flow.flowUnit.timeUnit.timeUnit.value = "s"
        let _: Units.SetFlowUnit.Output = try await self.connection.ask(
            Units.SetFlowUnit.descriptor, flow, "SetFlowUnit ml/s")
    }

    private func setSyringe() async throws(DeviceError) {
        var syringe = SyringeSyringeConfigurationController.Method.SetSyringeParameters.Input()
        syringe.innerDiameter.value = self.syringe.innerDiameter.in(.millimetre)
        syringe.maxPistonStroke.value = self.syringe.stroke.in(.millimetre)
        let _: SyringeSyringeConfigurationController.Method.SetSyringeParameters.Output =
            try await self.connection.ask(
                SyringeSyringeConfigurationController.Method.SetSyringeParameters.descriptor, syringe,
                "SetSyringeParameters \(self.syringe.innerDiameter), \(self.syringe.stroke)")
    }

    /// Sets units and syringe again if another client of the server has changed them.
    func ensureSettings(
        _ session: SiLASession<PumpReadings>, _ readings: PumpReadings, _ command: String
    ) async throws(DeviceError) -> PumpReadings {
        let capacity = self.capacity.in(.millilitre)
        let isSet: @Sendable (PumpReadings) -> Bool = {
            $0.hasOurUnits && abs(($0.capacity ?? 0) - capacity) <= capacity * 1e-3
        }
        if isSet(readings) { return readings }
        try await self.setUnits()
        try await self.setSyringe()
        if let set = await session.readings.first(within: self.settling, where: isSet) { return set }
        let latest = await session.readings.latest
        throw await session.failure(command, otherwise: self.unset(latest, command))
    }

    private func unset(_ readings: PumpReadings, _ command: String) -> DeviceError {
        guard readings.isComplete else {
            return self.error(
                .timedOut, command, "the server does not tell all of the pump's properties",
                advice: "Check that the pump is powered and the server's log.")
        }
        let unit = readings.volumeUnit ?? "?"
        return self.error(
            .mismatch, command,
            "the server still says \(readings.capacity ?? 0) \(unit), \((readings.flowUnit ?? []).joined(separator: "/"))",
            advice: "Look whether another program sets units or syringe of this pump, and end it.")
    }

    /// An incremental drive that lost its supply counts from zero again, wherever its plunger stands.
    private func noticeLostPosition(_ readings: PumpReadings) {
        if let last = self.lastCounter, abs(last) > 1000, readings.positionCounter == 0 { self.isReferenced = false }
        self.lastCounter = readings.positionCounter
    }
}
