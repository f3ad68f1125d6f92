/// −Im Z against Re Z, both with the same scale: measured points, and the fit as a line.
struct NyquistPlot {
    private let spectrum: ResultDetailView.Spectrum

    init(_ spectrum: ResultDetailView.Spectrum) { self.spectrum = spectrum }

    var markup: Markup {
        let all = self.spectrum.points + self.spectrum.fit
        let (reals, imaginaries) = (all.map(\.real_ohm), all.map { -$0.imaginary_ohm })
        let width = ScatterFrame.right - ScatterFrame.left
        let height = ScatterFrame.bottom - ScatterFrame.top
        let scale = min(width / Self.extent(reals), height / Self.extent(imaginaries)) * 0.92
        let x = Axis(over: reals, start: ScatterFrame.left, end: ScatterFrame.right, scale: scale)
        let y = Axis(over: imaginaries, start: ScatterFrame.bottom, end: ScatterFrame.top, scale: scale)
        let frame = ScatterFrame(
            x: x, y: y, xName: "Re Z / Ω", yName: "−Im Z / Ω",
            summary: "Nyquist plot of \(self.spectrum.points.count) points, Re Z from "
                + "\(Words.number(reals.min() ?? 0)) to \(Words.number(reals.max() ?? 0)) Ω"
                + (self.spectrum.fit.isEmpty ? "" : ", with the fit as a line"))
        return frame.markup {
            tag(
                "path",
                [
                    "class": "fit",
                    "d": path(self.spectrum.fit.map { (x.position($0.real_ohm), y.position(-$0.imaginary_ohm)) }),
                ])
            self.spectrum.points.map { point in
                tag(
                    "circle",
                    [
                        "class": "point", "cx": pixel(x.position(point.real_ohm)),
                        "cy": pixel(y.position(-point.imaginary_ohm)), "r": "3",
                    ]
                ) { tag("title") { "\(Words.number(point.frequency_Hz)) Hz" } }
            }
        }
    }

    private static func extent(_ values: [Double]) -> Double {
        let finite = values.filter(\.isFinite)
        let extent = (finite.max() ?? 1) - (finite.min() ?? 0)
        return extent > 0 ? extent : max(abs(finite.first ?? 1), 1e-9)
    }
}
