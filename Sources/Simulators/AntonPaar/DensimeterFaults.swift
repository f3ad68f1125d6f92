/// How a simulated densimeter misbehaves; the default misbehaves in no way.
public struct DensimeterFaults: Sendable, Hashable {
    public enum Writing: Sendable, Hashable { case utf8, codePage850, latin1 }

    /// A share of the cell that is gas, whatever the world says.
    public var bubble: Double?
    /// The ball needs longer one way than the other.
    public var ballSticks = false
    /// The thermostat stops short of the set temperature.
    public var neverEquilibrates = false

    // The folder.
    public var isSilent = false
    /// The result bears another name, inside and outside.
    public var renames: String?
    /// The result's file bears the right name, and says another inside.
    public var mislabels: String?
    /// A second result of the same sample comes with the first.
    public var repeatsItself = false
    /// The file ends in the middle, for good.
    public var isCut = false
    /// The last line has no end.
    public var leavesLineOpen = false
    public var writing = Writing.utf8
    public var hasDecimalComma = false
    /// A file of somebody else comes first.
    public var strangerFirst = false

    // The line.
    /// Refuses to start, in these words.
    public var refusal: String?
    /// The next answer comes this much later, once. Wall time.
    public var lateBy: Duration?
    /// Text in front of the next answer, once: a printer on the same port.
    public var garbage: [UInt8] = []
    public var isMute = false

    public init() {}
}
