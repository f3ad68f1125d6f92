/// The frame of a plot: axes with ticks, their names, and what is drawn between them.
struct ScatterFrame {
    static let width = 440.0
    static let height = 320.0
    static let left = 62.0
    static let right = 428.0
    static let top = 12.0
    static let bottom = 268.0

    let x: Axis
    let y: Axis
    let xName: String
    let yName: String
    /// What the plot shows, for people who do not see it.
    let summary: String
    /// Writes a tick of the x axis.
    var xLabel: @Sendable (Double) -> String = { Words.number($0, digits: 3) }

    func markup(@MarkupBuilder _ content: () -> Markup) -> Markup {
        tag(
            "svg",
            [
                "viewBox": "0 0 \(pixel(Self.width)) \(pixel(Self.height))", "class": "plot", "role": "img",
                "aria-label": self.summary,
            ]
        ) {
            self.x.ticks.map { tick in
                self.line(self.x.position(tick), Self.top, self.x.position(tick), Self.bottom)
                    + self.label(self.xLabel(tick), self.x.position(tick), Self.bottom + 18, "middle")
            }
            self.y.ticks.map { tick in
                self.line(Self.left, self.y.position(tick), Self.right, self.y.position(tick))
                    + self.label(Words.number(tick, digits: 3), Self.left - 6, self.y.position(tick) + 4, "end")
            }
            content()
            self.label(self.xName, (Self.left + Self.right) / 2, Self.height - 12, "middle")
            tag(
                "text",
                [
                    "x": "14", "y": pixel((Self.top + Self.bottom) / 2), "text-anchor": "middle",
                    "transform": "rotate(-90 14 \(pixel((Self.top + Self.bottom) / 2)))",
                ]
            ) { self.yName }
        }
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> Markup {
        tag("path", ["class": "grid", "d": "M\(pixel(x1)) \(pixel(y1))L\(pixel(x2)) \(pixel(y2))"])
    }

    private func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> Markup {
        tag("text", ["x": pixel(x), "y": pixel(y), "text-anchor": anchor]) { text }
    }
}
