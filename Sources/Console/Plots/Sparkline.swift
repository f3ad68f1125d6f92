import Store

/// A series in little: its mean as a line, and between the least and the greatest a band.
struct Sparkline {
    let range: ReadingRange
    let name: String
    /// In microseconds since 1970 UTC.
    let span: ClosedRange<Int64>

    private static let width = 336.0
    private static let height = 40.0

    var markup: Markup {
        let spans = self.range.spans
        let low = spans.map(\.minimum).min() ?? 0
        let high = spans.map(\.maximum).max() ?? 1
        let last = spans.last?.mean ?? 0
        return tag("figure", ["class": "spark"]) {
            tag("figcaption") {
                "\(self.name) "
                tag("span", ["class": "when"]) {
                    "7 days: \(Words.number(low)) to \(Words.number(high)) \(self.range.unit)"
                }
            }
            tag(
                "svg",
                [
                    "viewBox": "0 0 \(pixel(Self.width)) \(pixel(Self.height))", "preserveAspectRatio": "none",
                    "role": "img", "aria-label": "\(self.name), last \(Words.number(last)) \(self.range.unit)",
                ]
            ) {
                tag("path", ["class": "band", "d": self.band(low, high)])
                tag("path", ["class": "mean", "d": self.mean(low, high)])
            }
        }
    }

    private func mean(_ low: Double, _ high: Double) -> String {
        path(
            self.range.spans.map { (self.x($0.time), self.y($0.mean, low, high)) }, isGap: self.isGap)
    }

    /// One outline for each stretch without a gap: along the greatest, and back along the least.
    private func band(_ low: Double, _ high: Double) -> String {
        var text = ""
        var stretch: [ReadingSpan] = []
        func close() {
            guard stretch.count > 1 else { return }
            let there = stretch.map { (self.x($0.time), self.y($0.maximum, low, high)) }
            let back = stretch.reversed().map { (self.x($0.time), self.y($0.minimum, low, high)) }
            text += path(there + back) + "Z"
        }
        for (index, span) in self.range.spans.enumerated() {
            if index > 0, self.isGap(index) {
                close()
                stretch = []
            }
            stretch.append(span)
        }
        close()
        return text
    }

    /// Whether nothing was read for longer than three points are apart.
    private func isGap(_ index: Int) -> Bool {
        let spans = self.range.spans
        guard index > 0 else { return true }
        let usual = (self.span.upperBound - self.span.lowerBound) / 168
        return spans[index].time - spans[index - 1].time > 3 * max(usual, 1)
    }

    private func x(_ time: Int64) -> Double {
        let share = Double(time - self.span.lowerBound) / Double(self.span.upperBound - self.span.lowerBound)
        return (Self.width * max(0, min(1, share))).rounded()
    }

    private func y(_ value: Double, _ low: Double, _ high: Double) -> Double {
        guard high > low else { return Self.height / 2 }
        return (Self.height - 2 - (value - low) / (high - low) * (Self.height - 4)).rounded()
    }
}
