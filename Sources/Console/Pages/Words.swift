import Glibc

/// Pieces that several pages show.
enum Words {
    /// A time of day; scripts show it in the reader's own zone.
    static func time(_ utc: String) -> Markup {
        tag("time", ["datetime": utc]) { "\(utc.prefix(16).replacing("T", with: " ")) UTC" }
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e9)).rounded())
        if seconds < 10 { return "\(Self.rounded(seconds, 1)) s" }
        if whole < 120 { return "\(whole) s" }
        return whole < 7200 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }

    /// - Parameter digits: that count.
    static func number(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return "–" }
        guard value != 0 else { return "0" }
        let magnitude = abs(value)
        if magnitude < 1e-3 || magnitude >= 1e6 { return Self.scientific(value, digits) }
        return Self.rounded(value, max(0, digits - 1 - Int(log10(magnitude).rounded(.down))))
    }

    /// Without zeros at the end.
    static func rounded(_ value: Double, _ decimals: Int) -> String {
        let power = (0..<decimals).reduce(1.0) { result, _ in result * 10 }
        let rounded = (value * power).rounded() / power
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int64(rounded))" : "\(rounded)"
    }

    private static func scientific(_ value: Double, _ digits: Int) -> String {
        var (mantissa, exponent) = (value, 0)
        while abs(mantissa) >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while abs(mantissa) < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(Self.rounded(mantissa, digits - 1))e\(exponent)"
    }

    /// A state with its colour; the word says it, too.
    static func state(_ word: String) -> Markup {
        tag("span", ["class": "state \(Self.tone(word))"]) { word }
    }

    private static func tone(_ state: String) -> String {
        switch state {
        case "succeeded", "delivered", "ready", "done", "valid": "good"
        case "failed", "quarantined", "conflict", "faulted", "unsafe", "refused", "absent": "bad"
        case "awaiting operator", "unknown", "outcome unknown", "ambiguous", "locked", "blocked", "asked",
            "expired":
            "ask"
        case "running", "checking", "finishing", "sending", "sent", "busy", "identifying", "intent": "work"
        default: "plain"
        }
    }

    /// A name by which V2 comes before V10: its numbers filled up with zeros.
    static func natural(_ name: String) -> String {
        name.matches(of: /[0-9]+|[^0-9]+/).map { match in
            let part = match.output
            return part.first?.isNumber == true ? String(repeating: "0", count: max(0, 9 - part.count)) + part : part
        }.joined()
    }

    /// The last part of an id, by which people tell a few apart.
    static func short(_ id: String) -> String { String(id.suffix(6)) }
    static func capability(_ quantity: String, _ method: String) -> String {
        method.isEmpty ? quantity : "\(quantity) / \(method)"
    }
}
