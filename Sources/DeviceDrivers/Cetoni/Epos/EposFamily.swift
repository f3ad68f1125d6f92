/// Which of maxon's drives a pump has: they keep the same things in different objects.
public enum EposFamily: Sendable, Hashable {
    /// neMESYS Low Pressure: EPOS or EPOS2 with an incremental encoder, which forgets its position with its power.
    case epos2
    /// Nemesys S and M: objects of an EPOS4, and an absolute encoder.
    case epos4
}
