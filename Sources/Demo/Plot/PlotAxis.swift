import Glibc

/// One axis of a plot: from values to pixels, with ticks at round numbers.
struct PlotAxis: Sendable, Hashable {
    let lower: Double
    let upper: Double
    /// Pixels at the lower and the upper end.
    let start: Double
    let end: Double
    /// Distance of ticks: 1, 2 or 5 times a power of ten.
    let step: Double

    /// An axis from zero that reaches a little beyond `largest`, with at most `tickCount` intervals.
    init(upTo largest: Double, start: Double, end: Double, tickCount: Int = 8) {
        let reach = largest.isFinite && largest > 0 ? largest : 1
        let raw = reach / Double(max(1, tickCount))
        let power = pow(10, floor(log10(raw)))
        let step = ([1, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10) * power
        self.step = step
        self.lower = 0
        self.upper = (reach / step).rounded(.up) * step
        self.start = start
        self.end = end
    }

    func position(_ value: Double) -> Double {
        self.start + (value - self.lower) / (self.upper - self.lower) * (self.end - self.start)
    }

    var ticks: [Double] {
        (0...Int(((self.upper - self.lower) / self.step).rounded())).map { self.lower + Double($0) * self.step }
    }

    /// As many decimals as the step needs.
    func label(_ tick: Double) -> String {
        tick.fixed(min(6, max(0, Int((-log10(self.step) - 1e-9).rounded(.up)))))
    }
}
