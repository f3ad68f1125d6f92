/// How a serial line is set up. Bytes pass raw in both directions.
public struct SerialSettings: Sendable, Hashable {
    public enum FlowControl: Sendable, Hashable { case none, xonXoff, rtsCts }
    public enum Parity: Sendable, Hashable { case none, even, odd }

    /// Bits per second; one of the rates the kernel has a name for, 1200…4 000 000.
    public var baud: Int
    /// 7 or 8.
    public var dataBits: Int
    public var parity: Parity
    /// 1 or 2.
    public var stopBits: Int
    public var flowControl: FlowControl

    public init(
        baud: Int,
        dataBits: Int = 8,
        parity: Parity = .none,
        stopBits: Int = 1,
        flowControl: FlowControl = .none
    ) {
        self.baud = baud
        self.dataBits = dataBits
        self.parity = parity
        self.stopBits = stopBits
        self.flowControl = flowControl
    }
}
