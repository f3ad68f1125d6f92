/// The states of a CiA 402 drive, as its statusword tells them.
public enum DriveState: String, Sendable, CaseIterable {
    case notReady = "not ready"
    case switchOnDisabled = "switched off"
    case readyToSwitchOn = "ready to switch on"
    case switchedOn = "switched on"
    case operationEnabled = "enabled"
    case quickStopActive = "in quick stop"
    case faultReaction = "reacting to a fault"
    case fault = "in a fault state"

    /// Bits 0 to 3, 5 and 6 tell the state; the same on all families.
    public init(statusword: UInt16) {
        switch (statusword & 0x4F, statusword & 0x20 != 0) {
        case (0x40, _): self = .switchOnDisabled
        case (0x01, true): self = .readyToSwitchOn
        case (0x03, true): self = .switchedOn
        case (0x07, true): self = .operationEnabled
        case (0x07, false): self = .quickStopActive
        case (0x0F, _): self = .faultReaction
        case (0x08, _): self = .fault
        default: self = .notReady
        }
    }
}

/// The bits of a CiA 402 statusword that say more than the state.
public struct Statusword: Sendable, Hashable {
    public var rawValue: UInt16

    public init(_ rawValue: UInt16) { self.rawValue = rawValue }

    public var state: DriveState { DriveState(statusword: self.rawValue) }
    public var isTargetReached: Bool { self.has(10) }
    public var isLimited: Bool { self.has(11) }
    /// In profile position mode: the drive has taken the set-point.
    public var isSetpointAcknowledged: Bool { self.has(12) }
    /// In homing mode.
    public var isHomingAttained: Bool { self.has(12) }
    /// In profile position mode.
    public var isFollowingError: Bool { self.has(13) }
    /// In homing mode.
    public var isHomingError: Bool { self.has(13) }

    private func has(_ bit: UInt16) -> Bool { self.rawValue >> bit & 1 == 1 }
}

/// Words that bring a CiA 402 drive from state to state and start its motions.
public enum Controlword {
    public static let disableVoltage = 0x0000
    public static let shutDown = 0x0006
    public static let switchOn = 0x0007
    public static let enable = 0x000F
    public static let quickStop = 0x0002
    public static let resetFault = 0x0080
    /// A new absolute set-point that replaces the running one.
    public static let startAbsolute = 0x003F
    public static let startHoming = 0x001F
    public static let halt = 0x010F
}
