/// Numbers in scripts: an integer with an SI prefix, never a decimal point: 0.01 is `10m`, 1.5 is `1500m`.
public enum MethodScriptLiteral {
    /// The shortest such text that is `value` to seven significant digits (the instrument computes with 32-bit floats).
    /// Nil for numbers that have none: infinite, NaN, or outside 10^−18…10^27.
    public static func text(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        for prefix in SIPrefix.allCases.reversed() {
            let mantissa = prefix.mantissa(of: value)
            let rounded = mantissa.rounded()
            guard abs(rounded) >= 1, abs(rounded) < 2_147_483_648 else { continue }
            if abs(mantissa - rounded) <= 1e-7 * abs(mantissa) {
                let mark = prefix == .none ? "" : String(Unicode.Scalar(prefix.character))
                return "\(Int64(rounded))\(mark)"
            }
        }
        return nil
    }
}
