import SiLA2

/// What a pump's server says of it. Nil until it has said it once.
struct PumpReadings: Sendable {
    /// mL, given that the units are ours.
    var fillLevel: Double?
    var capacity: Double?
    /// mL/s. Servers report magnitudes; a sign is not relied upon.
    var flow: Double?
    var fastestFlow: Double?
    var driveState: String?
    var isFaulted: Bool?
    var positionCounter: Int64?
    var volumeUnit: String?
    /// Volume and time unit.
    var flowUnit: [String]?
    /// How many fill levels came in.
    var fillLevelsHeard = 0
    /// How many of our moves have ended.
    var movesEnded = 0

    var isComplete: Bool {
        self.fillLevel != nil && self.capacity != nil && self.flow != nil && self.fastestFlow != nil
            && self.driveState != nil && self.isFaulted != nil && self.positionCounter != nil
            && self.volumeUnit != nil && self.flowUnit != nil
    }

    var hasOurUnits: Bool { self.volumeUnit == "ml" && self.flowUnit == ["ml", "s"] }
    var isEnabled: Bool { self.driveState == "Enabled" }
    /// Below the slowest flow of the smallest syringe (0.4 nL/s) nothing moves.
    var isAtRest: Bool { abs(self.flow ?? 0) < 1e-7 }

    func isFillLevel(_ level: Double, within tolerance: Double) -> Bool {
        self.fillLevel.map { abs($0 - level) <= tolerance } ?? false
    }

    static let subscriptions: [PropertySubscription<Self>] = [
        PropertySubscription(
            Dosing.Subscribe_SyringeFillLevel.descriptor, Dosing.Subscribe_SyringeFillLevel.Input(),
            Dosing.Subscribe_SyringeFillLevel.Output.self
        ) {
            $0.fillLevel = $1.syringeFillLevel.value
            $0.fillLevelsHeard += 1
        },
        PropertySubscription(
            Dosing.Subscribe_MaxSyringeFillLevel.descriptor, Dosing.Subscribe_MaxSyringeFillLevel.Input(),
            Dosing.Subscribe_MaxSyringeFillLevel.Output.self
        ) { $0.capacity = $1.maxSyringeFillLevel.value },
        PropertySubscription(
            Dosing.Subscribe_FlowRate.descriptor, Dosing.Subscribe_FlowRate.Input(),
            Dosing.Subscribe_FlowRate.Output.self
        ) { $0.flow = $1.flowRate.value },
        PropertySubscription(
            Dosing.Subscribe_MaxFlowRate.descriptor, Dosing.Subscribe_MaxFlowRate.Input(),
            Dosing.Subscribe_MaxFlowRate.Output.self
        ) { $0.fastestFlow = $1.maxFlowRate.value },
        PropertySubscription(
            Drive.Subscribe_PumpDriveState.descriptor, Drive.Subscribe_PumpDriveState.Input(),
            Drive.Subscribe_PumpDriveState.Output.self
        ) { $0.driveState = $1.pumpDriveState.value },
        PropertySubscription(
            Drive.Subscribe_FaultState.descriptor, Drive.Subscribe_FaultState.Input(),
            Drive.Subscribe_FaultState.Output.self
        ) { $0.isFaulted = $1.faultState.value },
        PropertySubscription(
            Drive.Subscribe_DrivePositionCounter.descriptor, Drive.Subscribe_DrivePositionCounter.Input(),
            Drive.Subscribe_DrivePositionCounter.Output.self
        ) { $0.positionCounter = $1.drivePositionCounter.value },
        PropertySubscription(
            Units.Subscribe_VolumeUnit.descriptor, Units.Subscribe_VolumeUnit.Input(),
            Units.Subscribe_VolumeUnit.Output.self
        ) { $0.volumeUnit = $1.volumeUnit.volumeUnit.value },
        PropertySubscription(
            Units.Subscribe_FlowUnit.descriptor, Units.Subscribe_FlowUnit.Input(),
            Units.Subscribe_FlowUnit.Output.self
        ) { $0.flowUnit = [$1.flowUnit.volumeUnit.volumeUnit.value, $1.flowUnit.timeUnit.timeUnit.value] },
    ]
}

typealias Dosing = DosingPumpFluidDosingService.Method
typealias Drive = DrivePumpDriveControlService.Method
typealias Units = UnitPumpUnitController.Method
