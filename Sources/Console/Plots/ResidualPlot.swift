import Glibc

/// What the fit leaves, in percent of |Z|, against the frequency.
struct ResidualPlot {
    private let spectrum: ResultDetailView.Spectrum

    init(_ spectrum: ResultDetailView.Spectrum) { self.spectrum = spectrum }

    var markup: Markup {
        let residuals = self.spectrum.residuals.filter { $0.frequency_Hz > 0 }
        let percent = residuals.flatMap { [100 * $0.real, 100 * $0.imaginary] }
        let x = Axis(
            over: residuals.map { log10($0.frequency_Hz) }, start: ScatterFrame.left, end: ScatterFrame.right,
            tickCount: 4)
        let y = Axis(over: percent + [0], start: ScatterFrame.bottom, end: ScatterFrame.top)
        let frame = ScatterFrame(
            x: x, y: y, xName: "frequency / Hz", yName: "residual / % of |Z|",
            summary: "Residuals of the fit, at most \(Words.number(percent.map(abs).max() ?? 0, digits: 2)) % of |Z|; "
                + "real parts as discs, imaginary parts as squares",
            xLabel: Self.decade)
        return frame.markup {
            residuals.map { residual in
                let place = x.position(log10(residual.frequency_Hz))
                return tag(
                    "circle",
                    ["class": "point", "cx": pixel(place), "cy": pixel(y.position(100 * residual.real)), "r": "3"])
                    + tag(
                        "rect",
                        [
                            "class": "point other", "x": pixel(place - 2.5),
                            "y": pixel(y.position(100 * residual.imaginary) - 2.5), "width": "5", "height": "5",
                        ])
            }
        }
    }

    /// A power of ten; nothing between them.
    private static func decade(_ exponent: Double) -> String {
        guard abs(exponent - exponent.rounded()) < 1e-6, abs(exponent) < 100 else { return "" }
        let superscripts: [Character: Character] = [
            "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
            "9": "⁹",
        ]
        return "10" + String("\(Int(exponent.rounded()))".compactMap { superscripts[$0] })
    }
}
