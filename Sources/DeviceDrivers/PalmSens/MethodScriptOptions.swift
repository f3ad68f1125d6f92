public import Links

/// How a potentiostat is spoken to. Its time-outs are wall time unless said otherwise.
public struct MethodScriptOptions: Sendable, Hashable {
    /// Of matter for a tty only. USB instruments ignore the rate; an EmStat Pico wants 230 400 with XON/XOFF.
    public var serial: SerialSettings
    public var timeouts: LinkTimeouts
    /// Speaks to models this agent does not know, as if they were an EmStat4 LR. Never to a bootloader.
    public var allowsUnknownModels: Bool
    /// Lab time that the cell is held at the bias before a sweep.
    public var equilibration: Duration
    /// From the script to its acceptance.
    public var acceptance: Duration
    /// Added to three times the computed duration of a point before it is missed.
    public var margin: Duration
    /// From an abort to the end of the script.
    public var abort: Duration
    /// An instrument is deaf for 50 to 100 ms after each error it reports.
    public var errorRest: Duration

    public init(
        serial: SerialSettings = SerialSettings(baud: 921_600),
        timeouts: LinkTimeouts = LinkTimeouts(),
        allowsUnknownModels: Bool = false,
        equilibration: Duration = .seconds(2),
        acceptance: Duration = .seconds(10),
        margin: Duration = .seconds(5),
        abort: Duration = .seconds(30),
        errorRest: Duration = .milliseconds(150)
    ) {
        self.serial = serial
        self.timeouts = timeouts
        self.allowsUnknownModels = allowsUnknownModels
        self.equilibration = equilibration
        self.acceptance = acceptance
        self.margin = margin
        self.abort = abort
        self.errorRest = errorRest
    }
}
