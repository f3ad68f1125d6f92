public import DeviceKit

/// What a model can do at most, for drivers that know what to do with it.
public struct ProfileLimits: Sendable, Hashable {
    /// Positions of a rotary valve.
    public var positions: Int?
    /// Slowest piston without pulsation and fastest one; every syringe pump has it.
    public var pistonSpeed: ClosedRange<Speed>?
}
