/// How a simulated SiLA server behaves, apart from what its pump or valve does. Times are lab time.
public struct SiLABehaviour: Sendable, Hashable {
    /// Versions of CETONI's pump module that answer differently.
    public enum Generation: Sendable, Hashable {
        /// Accepts a dose with a disabled drive, and ends it with an undefined error.
        case v1_8
        /// Ends it with `PumpIsNotEnabled` or `PumpIsInFaultState`.
        case v1_10
    }

    public var generation = Generation.v1_10
    /// How often the server looks at its device. Until then a property keeps its old value, also for new subscribers.
    public var pollPeriod = Duration.milliseconds(100)
    /// Pause between the stop that precedes every dose and its start.
    public var startPause = Duration.milliseconds(250)
    /// Pause after the plunger rests, in which the server waits for an error of the drive.
    public var endPause = Duration.milliseconds(200)
    /// Fault: doses end at once with “finished successfully”, and nothing moves.
    public var liesAboutDoses = false
    /// Fault: the command to turn is taken, and nothing turns.
    public var ignoresTurns = false
    /// Fault: calls are taken and never answered.
    public var isSilent = false
    /// What `SystemStatusProvider` says.
    public var systemState = "Operational"

    public init() {}
}
