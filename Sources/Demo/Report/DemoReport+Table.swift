import DeviceKit
import Protocols

extension DemoReport {
    /// What a person reads at the end, with a line break after every line.
    public var table: String {
        var rows = [
            [
                "mol/kg", "κ / mS/cm", "u", "truth", "off", "x(LiPF6)", "truth", "off", "rating", "T / K", "s", "",
            ]
        ]
        for sample in self.samples where !sample.isOfFluid {
            let measured = sample.conductivity
            rows.append([
                sample.request.molality.fixed(1),
                measured.map { $0.value.in(.millisiemensPerCentimetre).fixed(3) } ?? "",
                measured.map { "± " + $0.uncertainty.in(.millisiemensPerCentimetre).fixed(3) } ?? "",
                sample.truth?.conductivity.map { $0.in(.millisiemensPerCentimetre).fixed(3) } ?? "",
                sample.conductivityDeviation.map { ($0 * 100).fixed(2) + " %" } ?? "",
                sample.salt.reported.fixed(5),
                sample.salt.truth?.fixed(5) ?? "–",
                sample.saltDeviation.map { ($0 * 100).fixed(3) + " %" } ?? "",
                sample.rating.map { "\($0)" } ?? "–",
                sample.temperature?.fixed(2) ?? "",
                sample.seconds?.fixed(1) ?? "–",
                sample.delivery,
            ])
        }
        var text = rows.count > 1 ? Self.layOut(rows) : ""
        text += self.fluidTable
        for one in self.pending { text += "\nPending: \(one.request.title): \(one.reason)\n" }
        let labTime = Int((self.wall * self.speed) / .seconds(60))
        text += "\n\(self.samples.count) results delivered, \(self.pending.count) pending, \(self.lost) lost, "
        text += "\(self.duplicates) duplicates; \(labTime) min of lab time in \((self.wall / .seconds(1)).fixed(1)) s\n"
        if let plot = self.plot { text += "Plot: \(plot)\n" }
        for complaint in self.complaints { text += "✘ \(complaint)\n" }
        if let keptIn = self.keptIn { text += "All that was written is in \(keptIn).\n" }
        return text
    }

    /// Densities and viscosities; both stand in either's result.
    private var fluidTable: String {
        let samples = self.samples.filter(\.isOfFluid)
        guard !samples.isEmpty else { return "" }
        var rows = [
            [
                "mol/kg", "asked for", "ρ / g/cm³", "truth", "off", "η / mPa·s", "truth", "off", "rating", "T / K", "s",
                "",
            ]
        ]
        for sample in samples {
            rows.append([
                sample.request.molality.fixed(1), sample.request.quantity, sample.mean("density")?.fixed(5) ?? "",
                sample.truth?.density?.in(.gramPerCubicCentimetre).fixed(5) ?? "–",
                sample.densityDeviation?.in(.gramPerCubicCentimetre).fixed(5) ?? "",
                sample.mean("viscosity")?.fixed(4) ?? "",
                sample.truth?.viscosity?.in(.millipascalSecond).fixed(4) ?? "–",
                sample.viscosityDeviation.map { ($0 * 100).fixed(2) + " %" } ?? "",
                sample.rating.map { "\($0)" } ?? "–", sample.temperature?.fixed(2) ?? "",
                sample.seconds?.fixed(1) ?? "–", "",
            ])
        }
        return "\n" + Self.layOut(rows)
    }

    /// Columns as wide as their widest cell, right-aligned but the last.
    private static func layOut(_ rows: [[String]]) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.enumerated().map { index, row in
            let cells = zip(row, widths).map { cell, width in cell.leftPadding(to: width) }
            let line = cells.dropLast().joined(separator: "  ") + "  " + (row.last ?? "")
            return index == 0 ? line + "\n" + String(repeating: "─", count: line.count) + "\n" : line + "\n"
        }.joined()
    }
}

extension DemoReport.Sample {
    fileprivate var isOfFluid: Bool { self.request.quantity == "density" || self.request.quantity == "viscosity" }

    /// Volume and place of a formulation that was delivered.
    fileprivate var delivery: String {
        guard let electrolyte = self.data["electrolyte"], let volume = electrolyte["volume"]?.double else { return "" }
        return "\(volume.fixed(2)) mL in \(electrolyte["location"]?["detail_2"]?.string ?? "?")"
    }
}
