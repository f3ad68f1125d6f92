/// How a device says who it is.
public enum ProfileIdentity: Sendable, Hashable {
    /// Its driver asks it.
    case driver
    /// It cannot say: what hangs on its port is believed to be it.
    case none
    /// It answers a request with what its model always answers; fields `model`, `serial` and `firmware` are kept.
    case exchange(TextExchange)
    /// Its states are as they are on no other model.
    case condition(StateCondition)
}
