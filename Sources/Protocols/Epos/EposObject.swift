/// The objects of maxon's drives that a pump needs (EPOS, EPOS2 and EPOS4 firmware specifications).
public enum EposObject {
    // What it is.
    public static let deviceType = ObjectEntry(0x1000, .unsigned, size: 4, "device type")
    public static let errorRegister = ObjectEntry(0x1001, .unsigned, size: 1, "error register")
    public static let errorCount = ObjectEntry(0x1003, .unsigned, size: 1, "number of errors")
    public static let lastError = ObjectEntry(0x1003, 1, .unsigned, size: 4, "last error")
    public static let deviceName = ObjectAddress(0x1008)
    public static let heartbeat = ObjectEntry(0x1017, .unsigned, size: 2, "heartbeat time")
    public static let vendor = ObjectEntry(0x1018, 1, .unsigned, size: 4, "vendor id")
    public static let product = ObjectEntry(0x1018, 2, .unsigned, size: 4, "product code")
    public static let revision = ObjectEntry(0x1018, 3, .unsigned, size: 4, "revision number")
    public static let serialNumber = ObjectEntry(0x1018, 4, .unsigned, size: 4, "serial number")

    // State and motion, CiA 402.
    public static let controlword = ObjectEntry(0x6040, .unsigned, size: 2, "controlword")
    public static let statusword = ObjectEntry(0x6041, .unsigned, size: 2, "statusword")
    public static let mode = ObjectEntry(0x6060, .signed, size: 1, "mode of operation")
    public static let modeDisplay = ObjectEntry(0x6061, .signed, size: 1, "mode in effect")
    public static let position = ObjectEntry(0x6064, .signed, size: 4, "actual position")
    public static let velocity = ObjectEntry(0x606C, .signed, size: 4, "actual velocity")
    public static let targetPosition = ObjectEntry(0x607A, .signed, size: 4, "target position")
    public static let homeOffset = ObjectEntry(0x607C, .signed, size: 4, "home offset")
    public static let leastPosition = ObjectEntry(0x607D, 1, .signed, size: 4, "least position")
    public static let greatestPosition = ObjectEntry(0x607D, 2, .signed, size: 4, "greatest position")
    public static let greatestVelocity = ObjectEntry(0x607F, .unsigned, size: 4, "greatest velocity")
    public static let profileVelocity = ObjectEntry(0x6081, .unsigned, size: 4, "profile velocity")
    public static let acceleration = ObjectEntry(0x6083, .unsigned, size: 4, "profile acceleration")
    public static let deceleration = ObjectEntry(0x6084, .unsigned, size: 4, "profile deceleration")
    public static let profileType = ObjectEntry(0x6086, .signed, size: 2, "motion profile type")
    public static let homingMethod = ObjectEntry(0x6098, .signed, size: 1, "homing method")
    public static let homingSwitchSpeed = ObjectEntry(0x6099, 1, .unsigned, size: 4, "homing switch speed")
    public static let homingZeroSpeed = ObjectEntry(0x6099, 2, .unsigned, size: 4, "homing zero speed")
    public static let homingAcceleration = ObjectEntry(0x609A, .unsigned, size: 4, "homing acceleration")
    public static let digitalInputs = ObjectEntry(0x60FD, .unsigned, size: 4, "digital inputs")

    // EPOS and EPOS2.
    public static let gearNumeratorEpos2 = ObjectEntry(0x200C, 1, .unsigned, size: 4, "gear numerator")
    public static let gearDenominatorEpos2 = ObjectEntry(0x200C, 4, .unsigned, size: 4, "gear denominator")
    public static let homingCurrent = ObjectEntry(0x2080, .unsigned, size: 2, "homing current threshold")
    public static let homePosition = ObjectEntry(0x2081, .signed, size: 4, "home position")
    public static let encoderPulses = ObjectEntry(0x2210, 1, .unsigned, size: 2, "encoder pulses per turn")
    public static let velocityExponent = ObjectEntry(0x608B, .signed, size: 1, "velocity notation")

    // EPOS4.
    public static let encoderCounts = ObjectEntry(0x3000, 5, .unsigned, size: 4, "encoder counts per turn")
    public static let gearNumerator = ObjectEntry(0x3003, 1, .unsigned, size: 4, "gear numerator")
    public static let gearDenominator = ObjectEntry(0x3003, 2, .unsigned, size: 4, "gear denominator")
    public static let errorCode = ObjectEntry(0x603F, .unsigned, size: 2, "error code")
    public static let velocityUnit = ObjectEntry(0x60A9, .unsigned, size: 4, "velocity unit")
    public static let pumpModel = ObjectEntry(0x210C, 3, .unsigned, size: 4, "pump model")
    public static let forceMonitor = ObjectEntry(0x3141, 2, .unsigned, size: 4, "force monitoring")

    /// CiA 402, a servo drive.
    public static let servoDrive = 0x0002_0192
    /// maxon motor.
    public static let maxon = 0xFB
    /// 60A9 for thousandths of a turn per minute.
    public static let milliTurnsPerMinute = 0xFDB4_4700
}

/// Modes of operation, CiA 402.
public enum DriveMode {
    public static let profilePosition = 1
    public static let homing = 6
}
