/// The trial of a profile on hardware.
public struct ProfileVerification: Sendable, Hashable {
    /// Day of the trial, `2026-10-05`.
    public var date: String
    /// The lab that tried it.
    public var lab: String
    public var firmware: String
}
