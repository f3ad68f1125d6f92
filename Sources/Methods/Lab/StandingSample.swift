import Analysis
import DeviceKit
public import Protocols

/// A mixture that stands in the lab's lines because requests for the same sample wait together: they are served from it.
public struct StandingSample: Sendable, Hashable, Codable {
    /// Largest difference of a mole fraction between two requests for the same sample.
    public static let tolerance = 1e-3

    /// UUID of the sample.
    public var id: String
    public var date: String
    /// Volume fraction of each stock solution, by id.
    public var recipe: [String: Double]
    /// Mole fractions by InChIKey, as they were first asked for.
    public var requested: [String: Double]

    public init(_ run: PreparedRun) {
        self.id = run.sample.id
        self.date = run.sample.date
        self.recipe = run.recipe
        self.requested = run.requested
    }

    /// Whether a formulation asks for this sample.
    public func covers(_ fractions: [String: Double]) -> Bool {
        Set(fractions.keys).union(self.requested.keys).allSatisfy { key in
            abs(fractions[key, default: 0] - self.requested[key, default: 0]) <= Self.tolerance
        }
    }
}

extension LabModel {
    /// The mole fractions that a request for a measurement asks for, by InChIKey; nil for requests of other kinds, and for
    /// those that cannot be read.
    public func requestedSample(_ parameters: JSONValue) -> [String: Double]? {
        guard let components = try? FormulationComponent.list(parameters["formulation"]),
            let composition = try? Composition(components, using: self.table)
        else { return nil }
        return Dictionary(composition.moleFractions.map { ($0.key.text, $0.value) }, uniquingKeysWith: +)
    }
}

extension LiquidPlanner {
    /// The mixture that stands in the lines already, if it is what is asked for; otherwise the best that can be mixed.
    func mixture(
        for components: [FormulationComponent], collecting volume: Volume, after standing: StandingSample?
    ) throws(RequestRefusal) -> Mixture {
        let table = self.lab.table
        guard let standing,
            let target = try? Composition(components, using: table),
            standing.covers(Dictionary(target.moleFractions.map { ($0.key.text, $0.value) }, uniquingKeysWith: +)),
            let recipe = try? Recipe(stockVolumes: standing.recipe, target: target, using: table)
        else { return try self.chooseRecipe(for: components, collecting: volume) }
        return try Mixture(recipe, target: target, in: table)
    }
}
