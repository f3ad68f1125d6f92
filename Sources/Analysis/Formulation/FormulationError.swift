/// Why a formulation cannot be read, mixed or computed. Every case prints as a sentence for the requester.
public enum FormulationError: Error, Sendable, Hashable {
    case unknownFractionType(String)
    /// The formulation has no component.
    case empty
    case duplicate(key: String)
    /// A fraction or volume is NaN or infinite.
    case notFinite(key: String, value: Double)
    case negative(key: String, value: Double)
    case sumNotOne(sum: Double, type: FractionType)
    case mixedTypes([FractionType])
    /// Salts are given per kilogram of solvent, but no solvent is given.
    case noSolvent
    /// All parts or volumes are zero.
    case nothing
    case unknownChemical(InChIKey)
    case unknownStock(String)
    /// What is said to be a lot of a stock solution is another solution.
    case otherChemicals(lot: String, stock: String)
    /// The chemical's density is needed for volume fractions and not known.
    case missingDensity(chemical: String)
    /// The density of a stock solution is needed and has not been measured.
    case missingStockDensity(stocks: [String])
    /// No stock solution contains these chemicals.
    case notInStock(chemicals: [String])
    /// The stocks cannot give this composition; `nearest` can be mixed and is `distance` away in mole fractions.
    case unreachable(nearest: Recipe, distance: Double, explanation: String)
}

extension FormulationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownFractionType(let word):
            let known = FractionType.allCases.map(\.rawValue).joined(separator: ", ")
            return "fraction type \"\(word)\" is not known; known are \(known)"
        case .empty: return "the formulation has no components"
        case .duplicate(let key): return "\(key) appears twice"
        case .notFinite(let key, let value): return "\(key): \(value) is not a finite number"
        case .negative(let key, let value): return "\(key): \(value) is negative"
        case .sumNotOne(let sum, let type): return "the \(type.rawValue) fractions sum to \(sum), not to 1"
        case .mixedTypes(let types):
            let words = types.map(\.rawValue).joined(separator: ", ")
            return "fraction types \(words) cannot stand in one formulation"
        case .noSolvent: return "\(FractionType.molPerKg.rawValue) needs solvents as massPerMass or massPerMassRatio"
        case .nothing: return "all parts of the formulation are zero"
        case .unknownChemical(let key): return "chemical \(key) is not in the table of chemicals"
        case .unknownStock(let id): return "stock solution \(id) is not in the table of stock solutions"
        case .otherChemicals(let lot, let stock):
            return "\(lot) does not consist of the same chemicals as \(stock); it is a stock solution of its own"
        case .missingDensity(let chemical): return "the density of \(chemical) is not known; volume fractions need it"
        case .missingStockDensity(let stocks):
            return "the density of stock solution \(stocks.joined(separator: ", ")) has not been measured"
        case .notInStock(let chemicals): return "no stock solution contains \(chemicals.joined(separator: ", "))"
        case .unreachable(_, _, let explanation): return explanation
        }
    }
}
