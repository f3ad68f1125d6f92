import DeviceKit

/// Finds the volumes of stock solutions that give a composition, exactly.
///
/// In mole weights w of the stocks the problem is convex: minimise ‖P w − t‖² with w ≥ 0 and Σw = 1, where the columns
/// of P are the stocks' mole fractions. Its solution lies on a support of at most as many stocks as there are chemicals
/// (Carathéodory), so all such supports are solved; volume fractions follow as x ∝ w/S with S the stock's total
/// concentration. Nothing is rounded.
public struct RecipeSolver: Sendable {
    /// Recipes whose distance exceeds the best one's by no more than this count as equally good.
    public static let tie = 1e-7

    public let table: StockTable
    /// Largest accepted distance from the request, Euclidean in mole fractions.
    public let tolerance: Double

    private let keys: [InChIKey]
    private let stocks: [Stock]

    private struct Stock: Sendable {
        let id: String
        let moleFractions: [Double]
        let totalConcentration: Double
    }

    private struct Candidate {
        let support: [Int]
        let weights: [Double]
        let distance: Double
    }

    /// Uses the stocks of `table` whose density is known. Throws `.unknownChemical`.
    public init(table: StockTable, tolerance: Double = 1e-4) throws(FormulationError) {
        self.table = table
        self.tolerance = tolerance
        let keys = Set(table.doseable.flatMap(\.chemicals)).sorted()
        var stocks: [Stock] = []
        for stock in table.doseable {
            let concentrations = try table.concentrations(of: stock)
            let column = keys.map { concentrations[$0]?.value.si ?? 0 }
            let total = column.reduce(0, +)
            guard total > 0 else { continue }
            stocks.append(Stock(id: stock.id, moleFractions: column.map { $0 / total }, totalConcentration: total))
        }
        self.keys = keys
        self.stocks = stocks
    }

    /// All recipes within the tolerance, best first: those within `tie` of the smallest distance in the order of
    /// `preference`, then the others in the same order. Planners take the first that the pumps can do.
    ///
    /// Throws `.notInStock`, `.missingStockDensity`, `.unreachable`.
    public func recipes(
        for target: Composition,
        preference: RecipePreference = .none
    ) throws(FormulationError) -> [Recipe] {
        try self.checkStock(of: target)
        let candidates = self.candidates(for: target)
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else {
            throw .notInStock(chemicals: target.chemicals.map { self.table.name(of: $0) })
        }
        guard best.distance <= self.tolerance else {
            let nearest = try self.recipe(best, target: target)
            let explanation = self.explanation(target, nearest: nearest)
            throw .unreachable(nearest: nearest, distance: nearest.distance, explanation: explanation)
        }
        var equal: [Recipe] = []
        var others: [Recipe] = []
        for candidate in candidates where candidate.distance <= self.tolerance {
            let recipe = try self.recipe(candidate, target: target)
            if candidate.distance <= best.distance + Self.tie { equal.append(recipe) } else { others.append(recipe) }
        }
        return preference.sorted(equal) + preference.sorted(others)
    }

    /// The recipes of a formulation in any fraction type; volume fractions of stocks (`direct`) are taken as they are.
    ///
    /// Throws what reading the formulation throws, too.
    public func recipes(
        for components: [FormulationComponent],
        preference: RecipePreference = .none
    ) throws(FormulationError) -> [Recipe] {
        let target = try Composition(components, using: self.table)
        guard components.first?.type == .direct else { return try self.recipes(for: target, preference: preference) }
        let volumes = Dictionary(components.map { ($0.key, $0.fraction) }, uniquingKeysWith: +)
        return [try Recipe(stockVolumes: volumes, using: self.table)]
    }

    private func checkStock(of target: Composition) throws(FormulationError) {
        let missing = target.chemicals.filter { !self.keys.contains($0) }
        guard !missing.isEmpty else { return }
        let unmeasured = self.table.stocks.filter { stock in
            stock.density == nil && missing.contains(where: stock.chemicals.contains)
        }
        guard unmeasured.isEmpty else { throw .missingStockDensity(stocks: unmeasured.map(\.name)) }
        throw .notInStock(chemicals: missing.map { self.table.name(of: $0) })
    }

    private func candidates(for target: Composition) -> [Candidate] {
        let goal = self.keys.map { target[$0] }
        var candidates: [Candidate] = []
        for size in 1...max(1, min(self.stocks.count, self.keys.count)) {
            for support in Combinations(of: size, from: self.stocks.count) {
                let columns = support.map { self.stocks[$0].moleFractions }
                // A support with a weight of zero is a smaller support, which is tried for itself.
                guard let weights = AffineLeastSquares.weights(of: columns, for: goal),
                    weights.allSatisfy({ $0 > 1e-12 })
                else { continue }
                var squares = 0.0
                for row in goal.indices {
                    let rest = zip(columns, weights).reduce(-goal[row]) { $0 + $1.0[row] * $1.1 }
                    squares += rest * rest
                }
                candidates.append(Candidate(support: support, weights: weights, distance: squares.squareRoot()))
            }
        }
        return candidates
    }

    private func recipe(_ candidate: Candidate, target: Composition) throws(FormulationError) -> Recipe {
        var volumes: [String: Double] = [:]
        for (index, weight) in zip(candidate.support, candidate.weights) {
            volumes[self.stocks[index].id] = weight / self.stocks[index].totalConcentration
        }
        return try Recipe(stockVolumes: volumes, target: target, using: self.table)
    }

    private func explanation(_ target: Composition, nearest: Recipe) -> String {
        "\(target.words(using: self.table)) (mol/mol) cannot be mixed from the stock solutions; nearest reachable is "
            + "\(nearest.composition.words(using: self.table)), at a distance of "
            + Composition.fourDecimals(nearest.distance)
    }
}
