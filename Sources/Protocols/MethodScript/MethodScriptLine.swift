/// Lines as they come from an instrument.
public enum MethodScriptLine {
    /// The line without the flow-control characters that a Pico mixes in, and without carriage returns.
    public static func cleaned(_ line: some Sequence<UInt8>) -> [UInt8] {
        line.filter { $0 != 0x11 && $0 != 0x13 && $0 != 0x0D }
    }
}
