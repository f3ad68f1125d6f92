/// One axis of a plot: from values to pixels, with ticks at round numbers.
struct Axis: Sendable {
    let range: ClosedRange<Double>
    /// Pixels at the lower and the upper end.
    let start: Double
    let end: Double
    let step: Double

    /// An axis that reaches to round numbers beyond all values.
    ///
    /// - Parameter isWide: whether it begins and ends at a tick; otherwise it is as long as the values reach.
    init(over values: [Double], start: Double, end: Double, tickCount: Int = 5) {
        let finite = values.filter(\.isFinite)
        let low = finite.min() ?? 0
        let high = max(finite.max() ?? 1, low + max(abs(low) * 1e-6, 1e-12))
        self.step = Self.step(for: (high - low) / Double(tickCount))
        self.range = (low / self.step).rounded(.down) * self.step...(high / self.step).rounded(.up) * self.step
        self.start = start
        self.end = end
    }

    /// An axis with given pixels per unit around the middle of its values.
    init(over values: [Double], start: Double, end: Double, scale: Double) {
        let finite = values.filter(\.isFinite)
        let middle = ((finite.min() ?? 0) + (finite.max() ?? 1)) / 2
        let half = abs(end - start) / scale / 2
        self.range = middle - half...middle + half
        self.step = Self.step(for: 2 * half / 5)
        self.start = start
        self.end = end
    }

    func position(_ value: Double) -> Double {
        self.start + (value - self.range.lowerBound) / (self.range.upperBound - self.range.lowerBound)
            * (self.end - self.start)
    }

    var ticks: [Double] {
        let first = Int((self.range.lowerBound / self.step - 1e-9).rounded(.up))
        let last = Int((self.range.upperBound / self.step + 1e-9).rounded(.down))
        return first > last ? [] : (first...min(last, first + 20)).map { Double($0) * self.step }
    }

    /// 1, 2 or 5 times a power of ten.
    private static func step(for rough: Double) -> Double {
        guard rough.isFinite, rough > 0 else { return 1 }
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        return ([1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
    }
}

/// A pixel's place, with one decimal.
func pixel(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    guard tenths % 10 != 0 else { return "\(tenths / 10)" }
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}

/// A line through places, broken where `isGap` says so.
func path(_ places: [(x: Double, y: Double)], isGap: (Int) -> Bool = { _ in false }) -> String {
    var text = ""
    for (index, place) in places.enumerated() {
        text += index == 0 || isGap(index) ? "M" : "L"
        text += "\(pixel(place.x)) \(pixel(place.y))"
    }
    return text
}
