/// How patient the driver of a bridge is. Wall time unless said otherwise.
public struct BridgeOptions: Sendable, Hashable {
    /// Lab time that the cell is held at the bias before a sweep.
    public var equilibration: Duration
    /// Added to three times the computed duration of a point before it is missed.
    public var margin: Duration
    /// From an abort to the word that the cell is off.
    public var abort: Duration

    public init(
        equilibration: Duration = .seconds(2), margin: Duration = .seconds(10), abort: Duration = .seconds(10)
    ) {
        self.equilibration = equilibration
        self.margin = margin
        self.abort = abort
    }
}
