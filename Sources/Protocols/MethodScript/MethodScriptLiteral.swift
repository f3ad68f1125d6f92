/// Numbers in scripts: an integer with an SI prefix, never a decimal point: 0.01 is `10m`, 1.5 is `1500m`.
public enum MethodScriptLiteral {
    /// The shortest such text that is `value` to seven significant digits (the instrument computes with 32-bit floats);
    /// a mantissa has to fit into 32 bits, which leaves six and a half digits to some numbers. Nil for numbers that have
    /// no text: infinite, NaN, or outside 10^−18…10^27.
    public static func text(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        if value == 0 { return "0" }
        var closest: (text: String, error: Double)?
        for prefix in SIPrefix.allCases.reversed() {
            let mantissa = prefix.mantissa(of: value)
            let rounded = mantissa.rounded()
            guard abs(rounded) >= 1, abs(rounded) < 2_147_483_648 else { continue }
            let text = "\(Int64(rounded))" + (prefix == .none ? "" : String(Unicode.Scalar(prefix.character)))
            let error = abs(mantissa - rounded) / abs(mantissa)
            if error <= 1e-7 { return text }
            if error < closest?.error ?? 2.5e-7 { closest = (text, error) }
        }
        return closest?.text
    }
}
