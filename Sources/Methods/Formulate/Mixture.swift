import Analysis
import DeviceKit

/// A recipe with the pumps that dose it.
struct Mixture: Sendable {
    struct Part: Sendable {
        var stock: String
        var name: String
        /// Node of the pump.
        var pump: String
        var fraction: Double
    }

    let recipe: Recipe
    let target: Composition
    let parts: [Part]
    /// Recipe in words: what of what, from which pump.
    let words: String

    init(_ recipe: Recipe, target: Composition, in table: StockTable) throws(RequestRefusal) {
        self.recipe = recipe
        self.target = target
        var parts: [Part] = []
        for stock in table.stocks where recipe[stock.id] > 0 {
            parts.append(Part(stock: stock.id, name: stock.name, pump: stock.pump, fraction: recipe[stock.id]))
        }
        self.parts = parts
        let volumes = parts.map { "\(($0.fraction * 1e6).rounded() / 1e4) % \($0.name) from \($0.pump)" }
        self.words = "\(target.words(using: table)) (mol/mol): \(volumes.joined(separator: ", ")) by volume"
    }

    /// As a plan keeps it.
    var requested: [String: Double] {
        Dictionary(self.target.moleFractions.map { ($0.key.text, $0.value) }, uniquingKeysWith: +)
    }

    /// What comes out of the mixer.
    var liquid: Liquid? {
        Liquid(mixing: Dictionary(self.parts.map { (FluidSource($0.stock), $0.fraction) }, uniquingKeysWith: +))
    }
}
