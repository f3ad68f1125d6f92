import Analysis
import DeviceKit

/// Volume per mass of each chemical in solution, such that the stock solutions come out at their densities: the least
/// squares solution of 1/ρ = Σ wᵢ·vᵢ over all stocks. Mixtures between them then have smooth densities.
struct SpecificVolumes: Sendable {
    private let table: StockTable
    /// m³/kg.
    private let volumes: [InChIKey: Double]

    /// Nil if the stocks do not determine the volumes.
    init?(_ table: StockTable) {
        let stocks = table.stocks.filter { $0.density != nil }
        let keys = Set(stocks.flatMap(\.chemicals)).sorted()
        var system = keys.map { _ in [Double](repeating: 0, count: keys.count + 1) }
        for stock in stocks {
            guard let density = stock.density?.value.si else { continue }
            let total = stock.chemicals.reduce(0) { $0 + (stock.masses[$1]?.value.si ?? 0) }
            let shares = keys.map { (stock.masses[$0]?.value.si ?? 0) / total }
            for row in keys.indices {
                for column in keys.indices { system[row][column] += shares[row] * shares[column] }
                system[row][keys.count] += shares[row] / density
            }
        }
        guard let solution = Self.solve(system) else { return nil }
        self.table = table
        self.volumes = Dictionary(zip(keys, solution), uniquingKeysWith: { first, _ in first })
    }

    /// Of each chemical in a mixture, by InChIKey; nil if a chemical is in no stock.
    func concentrations(of composition: Composition) -> [String: Concentration]? {
        var volume = 0.0
        for (key, fraction) in composition.moleFractions {
            guard let specific = self.volumes[key], let chemical = try? self.table.chemical(key) else { return nil }
            volume += fraction * chemical.molarMass.value.si * specific
        }
        guard volume > 0 else { return nil }
        return Dictionary(
            composition.moleFractions.map { ($0.key.text, Concentration(si: $0.value / volume)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Gauss-Jordan elimination with pivoting; the last column is the right-hand side.
    private static func solve(_ system: [[Double]]) -> [Double]? {
        var rows = system
        for column in rows.indices {
            guard let pivot = rows.indices[column...].max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                abs(rows[pivot][column]) > 1e-9
            else { return nil }
            rows.swapAt(column, pivot)
            for row in rows.indices where row != column {
                let factor = rows[row][column] / rows[column][column]
                for other in rows[row].indices { rows[row][other] -= factor * rows[column][other] }
            }
        }
        return rows.indices.map { (rows[$0].last ?? 0) / rows[$0][$0] }
    }
}
