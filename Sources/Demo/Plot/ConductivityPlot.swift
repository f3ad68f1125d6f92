import Analysis
import DeviceKit
import EdgeAgent
import Methods
import Simulators

/// Conductivity over molality: what was measured with its uncertainty, and the law of the simulated world.
struct ConductivityPlot: Sendable {
    struct Point: Sendable, Hashable {
        /// mol of LiPF6 per kg of solvent, as reported.
        var molality: Double
        /// mS/cm
        var conductivity: Double
        /// Standard uncertainty, mS/cm.
        var uncertainty: Double
    }

    var points: [Point]
    /// Molality and mS/cm.
    var curve: [(molality: Double, conductivity: Double)]
    /// The highest molality that the stock solutions reach.
    var limit: Double?
    /// Of the cell, K.
    var temperature: Double

    private static let (width, height) = (820.0, 540.0)
    private static let (left, right, top, bottom) = (84.0, 792.0, 84.0, 468.0)
    private static let (blue, red, grey) = ("#1f5fa8", "#c8402f", "#8a8a8a")

    /// The picture as an SVG document.
    var svg: String {
        let highest = (self.points.map { $0.conductivity + 2 * $0.uncertainty } + self.curve.map(\.conductivity)).max()
        let furthest = (self.points.map(\.molality) + self.curve.map(\.molality) + [self.limit ?? 0]).max()
        let x = PlotAxis(upTo: (furthest ?? 1) * 1.04, start: Self.left, end: Self.right)
        let y = PlotAxis(upTo: (highest ?? 10) * 1.04, start: Self.bottom, end: Self.top)
        var drawing = SVGDrawing(width: Self.width, height: Self.height)
        drawing.label(
            "Ionic conductivity of LiPF₆ in EC:EMC 3:7 by mass", at: (Self.left, 36), size: 20, isBold: true)
        drawing.label(
            "measured in the simulated lab at \(self.temperature.fixed(2)) K", at: (Self.left, 60), colour: "#555555")
        self.drawAxes(x, y, in: &drawing)
        self.drawLimit(x, in: &drawing)
        drawing.curve(
            self.curve.map { (x.position($0.molality), y.position($0.conductivity)) }, colour: Self.blue, width: 2.5)
        for point in self.points { Self.draw(point, x, y, in: &drawing) }
        self.drawLegend(in: &drawing)
        return drawing.text
    }

    private func drawAxes(_ x: PlotAxis, _ y: PlotAxis, in drawing: inout SVGDrawing) {
        for tick in x.ticks {
            let place = x.position(tick)
            drawing.line(from: (place, Self.top), to: (place, Self.bottom), colour: "#ececec")
            drawing.line(from: (place, Self.bottom), to: (place, Self.bottom + 6), colour: "#444444")
            drawing.label(x.label(tick), at: (place, Self.bottom + 24), anchor: .middle)
        }
        for tick in y.ticks {
            let place = y.position(tick)
            drawing.line(from: (Self.left, place), to: (Self.right, place), colour: "#ececec")
            drawing.line(from: (Self.left - 6, place), to: (Self.left, place), colour: "#444444")
            drawing.label(y.label(tick), at: (Self.left - 11, place + 5), anchor: .end)
        }
        drawing.frame(
            x: Self.left, y: Self.top, width: Self.right - Self.left, height: Self.bottom - Self.top, colour: "#444444")
        let middle = (x: (Self.left + Self.right) / 2, y: (Self.top + Self.bottom) / 2)
        drawing.label(
            "molality of LiPF₆ / mol kg⁻¹ of solvent", at: (middle.x, Self.height - 18), size: 15, anchor: .middle)
        drawing.label("conductivity κ / mS cm⁻¹", at: (28, middle.y), size: 15, anchor: .middle, isUpward: true)
    }

    private func drawLimit(_ x: PlotAxis, in drawing: inout SVGDrawing) {
        guard let limit = self.limit, limit < x.upper else { return }
        let place = x.position(limit)
        drawing.line(from: (place, Self.top), to: (place, Self.bottom), colour: Self.grey, dashes: "5 4")
        drawing.label(
            "limit of the stocks, \(limit.fixed(2)) mol/kg", at: (place + 16, Self.bottom - 12), size: 12,
            colour: "#666666", isUpward: true)
    }

    /// With bars of twice the standard uncertainty.
    private static func draw(_ point: Point, _ x: PlotAxis, _ y: PlotAxis, in drawing: inout SVGDrawing) {
        let place = x.position(point.molality)
        let (high, low) = (
            y.position(point.conductivity + 2 * point.uncertainty),
            y.position(point.conductivity - 2 * point.uncertainty)
        )
        drawing.line(from: (place, high), to: (place, low), colour: Self.red, width: 1.5)
        for end in [high, low] {
            drawing.line(from: (place - 7, end), to: (place + 7, end), colour: Self.red, width: 1.5)
        }
        drawing.disc(at: (place, y.position(point.conductivity)), radius: 3.5, colour: Self.red)
    }

    private func drawLegend(in drawing: inout SVGDrawing) {
        let (x, y) = (Self.left + 22, Self.bottom - 58)
        drawing.line(from: (x, y - 9), to: (x, y + 9), colour: Self.red, width: 1.8)
        for end in [y - 9, y + 9] { drawing.line(from: (x - 7, end), to: (x + 7, end), colour: Self.red, width: 1.8) }
        drawing.disc(at: (x, y), radius: 3.5, colour: Self.red)
        drawing.label("measured, with expanded uncertainty (k = 2)", at: (x + 24, y + 5))
        drawing.curve([(x - 14, y + 28), (x + 14, y + 28)], colour: Self.blue, width: 2.5)
        drawing.label("Landesfeind and Gasteiger 2019, which the simulation follows", at: (x + 24, y + 33))
    }
}

extension ConductivityPlot {
    init(_ report: DemoReport, lab: LabDescription) {
        let table = lab.model.table
        let temperature = lab.configuration.cell.temperature.reading.value
        self.points = report.samples.compactMap { sample in
            guard let conductivity = sample.conductivity, let molality = table.molality(sample.formulation) else {
                return nil
            }
            return Point(
                molality: molality, conductivity: conductivity.value.in(.millisiemensPerCentimetre),
                uncertainty: conductivity.uncertainty.in(.millisiemensPerCentimetre))
        }
        let limit = lab.model.highestMolality
        let volumes = SpecificVolumes(table)
        self.limit = limit
        let molalities = Array(stride(from: 0.1, to: limit ?? 1.5, by: 0.01)) + [limit ?? 1.5]
        self.curve = molalities.compactMap { molality in
            guard let composition = try? Composition.lithiumElectrolyte(molality, using: table),
                let concentrations = volumes?.concentrations(of: composition)
            else { return nil }
            let law = ElectrolyteConductivity(concentrations: concentrations, temperature: temperature)
            return (molality, law.conductivity.in(.millisiemensPerCentimetre))
        }
        self.temperature = temperature.in(.kelvin)
    }
}

extension StockTable {
    /// mol of LiPF6 per kg of everything else, from mole fractions; nil without solvent.
    fileprivate func molality(_ formulation: [String: Double]) -> Double? {
        let salt = ElectrolyteConductivity.lithiumHexafluorophosphate
        var solvent = 0.0
        for (key, fraction) in formulation where key != salt {
            guard let chemical = try? self.chemical(InChIKey(key)) else { return nil }
            solvent += fraction * chemical.molarMass.value.in(.gramPerMole) / 1000
        }
        return solvent > 0 ? (formulation[salt] ?? 0) / solvent : nil
    }
}

extension LabModel {
    /// The highest molality of LiPF6 in EC:EMC 3:7 that the stock solutions mix to; nil if they reach none.
    fileprivate var highestMolality: Double? {
        var (low, high) = (0.1, 5.0)
        guard self.reaches(low) else { return nil }
        while high - low > 1e-3 {
            let middle = (low + high) / 2
            if self.reaches(middle) { low = middle } else { high = middle }
        }
        return low
    }

    private func reaches(_ molality: Double) -> Bool {
        guard let composition = try? Composition.lithiumElectrolyte(molality, using: self.table) else { return false }
        let components = composition.moleFractions.map { FormulationComponent($0.key, $0.value, .molPerMol) }
        return (try? self.solver.recipes(for: components).isEmpty) == false
    }
}
