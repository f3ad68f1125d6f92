/// A limit: a number in the unit of what it limits, or the value of a parameter.
public enum ProfileBound: Sendable, Hashable {
    case number(Double)
    case parameter(String)
}
