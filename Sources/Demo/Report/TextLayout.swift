/// Columns of text and numbers of a stated number of decimals.
extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - self.count)) }
    func leftPadding(to width: Int) -> String { String(repeating: " ", count: max(0, width - self.count)) + self }
}

extension Double {
    /// With exactly `decimals` decimals, 0…9; `–` when it is not finite.
    func fixed(_ decimals: Int) -> String {
        guard self.isFinite, abs(self) < 1e9 else { return "–" }
        let scale = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
        let scaled = Int64((abs(self) * scale).rounded())
        let sign = self < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let digits = "\(scaled)"
        let all = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(sign)\(all.dropLast(decimals)).\(all.suffix(decimals))"
    }
}
