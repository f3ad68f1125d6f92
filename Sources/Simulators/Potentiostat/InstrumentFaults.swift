public import Protocols

/// How a simulated instrument misbehaves. Given from outside; the default misbehaves in no way.
public struct InstrumentFaults: Sendable, Hashable {
    /// Receives, and says nothing more.
    public var isSilent = false
    /// The next answer comes this much later, once; those after it wait behind it. Wall time.
    public var lateBy: Duration?
    /// Sent in front of the next answer, once.
    public var garbage: [UInt8] = []
    /// Answers leave in pieces of this many bytes.
    public var pieces: Int?
    /// After so many points of an impedance measurement nothing more comes, although the script runs on.
    public var silentAfterPoints: Int?
    /// After so many points of an impedance measurement the script fails with an error.
    public var failure: (afterPoints: Int, code: MethodScriptErrorCode)? {
        get { self.failurePoint.map { ($0, self.failureCode) } }
        set { (self.failurePoint, self.failureCode) = (newValue?.afterPoints, newValue?.code ?? .criticalOverload) }
    }
    /// One digit of this point, the first being 0, arrives as `#`.
    public var corruptedPoint: Int?
    /// Lies about a measurement: ends it after so many points as if it were complete.
    public var endsAfterPoints: Int?
    /// The connection is lost after so many points; the script runs on.
    public var dropsAfterPoints: Int?

    private var failurePoint: Int?
    private var failureCode = MethodScriptErrorCode.criticalOverload

    public init() {}
}
