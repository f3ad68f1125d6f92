/// What decides between recipes that give the same composition. The questions are asked in this order:
/// fewest stocks, all flows fit, stock suffices, least refilling, largest smallest volume fraction.
public struct RecipePreference: Sendable {
    /// Whether every pump's flow lies well inside what its syringe can do.
    public var flowsFit: @Sendable (Recipe) -> Bool
    /// Whether reservoirs and syringes hold enough for it.
    public var stockSuffices: @Sendable (Recipe) -> Bool
    /// How much refilling it takes first, in any unit; less is better.
    public var refillEffort: @Sendable (Recipe) -> Double

    public init(
        flowsFit: @escaping @Sendable (Recipe) -> Bool = { _ in true },
        stockSuffices: @escaping @Sendable (Recipe) -> Bool = { _ in true },
        refillEffort: @escaping @Sendable (Recipe) -> Double = { _ in 0 }
    ) {
        self.flowsFit = flowsFit
        self.stockSuffices = stockSuffices
        self.refillEffort = refillEffort
    }

    /// Fewest stocks, then the largest smallest volume fraction.
    public static var none: Self { Self() }

    /// The recipes, best first. Ties that remain are broken by the ids of the stocks.
    func sorted(_ recipes: [Recipe]) -> [Recipe] {
        recipes.map { (recipe: $0, rank: self.rank($0)) }
            .sorted { a, b in
                a.rank == b.rank
                    ? a.recipe.stocks.lexicographicallyPrecedes(b.recipe.stocks)
                    : a.rank.lexicographicallyPrecedes(b.rank)
            }
            .map(\.recipe)
    }

    private func rank(_ recipe: Recipe) -> [Double] {
        [
            Double(recipe.stocks.count), self.flowsFit(recipe) ? 0 : 1, self.stockSuffices(recipe) ? 0 : 1,
            self.refillEffort(recipe), -recipe.smallestFraction,
        ]
    }
}
