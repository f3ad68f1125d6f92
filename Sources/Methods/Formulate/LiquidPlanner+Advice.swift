import Analysis
import DeviceKit

/// What operators are told to do.
extension LiquidPlanner {
    /// To refill bottles, and how the agent learns of it; the volumes named are those that were once weighed in.
    func adviceToRefill(_ nodes: [String]) -> String {
        let verbs = nodes.map { "`edge-agent stock set \($0) \(self.fullVolume(of: $0))`" }
        let bottles = nodes.count == 1 ? "it" : "what is short"
        return "refill \(bottles), then say what it holds: \(verbs.joined(separator: ", ")); a new lot is "
            + "`edge-agent stock load`"
    }

    func shortage(of stock: StockSolution, left: Volume, needed: Volume) -> StockShortage {
        StockShortage(node: stock.reservoir, stock: stock.name, lot: stock.batch, left: left, needed: needed)
    }

    /// - Parameter node: a bottle of a stock solution, or the solvent.
    func shortage(at node: String, left: Volume, needed: Volume) -> StockShortage {
        guard let stock = self.lab.table.stocks.first(where: { $0.reservoir == node }) else {
            return StockShortage(node: node, stock: "solvent", left: left, needed: needed)
        }
        return self.shortage(of: stock, left: left, needed: needed)
    }

    /// Why nothing is begun for which the bottles do not suffice.
    func refusal(for shortages: [StockShortage]) -> RequestRefusal {
        RequestRefusal(
            .notNow,
            "the bottles do not hold enough: \(shortages.map(\.words).joined(separator: ", ")); "
                + self.adviceToRefill(shortages.map(\.node)), shortages: shortages)
    }

    /// Which bottles will not suffice for the same once more, in words.
    func shortages(_ consumption: [String: Volume]) -> [String] {
        consumption.sorted { $0.key < $1.key }.compactMap { node, taken in
            let left = Self.drawable(from: node, in: self.fluid, self.handling)
            guard left < taken else { return nil }
            let stock = self.lab.table.stocks.first { $0.reservoir == node }
            let name = stock.map { " (\($0.name), lot \($0.batch))" } ?? ""
            return "\(node)\(name) will give \(left) after this, not enough for \(taken) once more; "
                + self.adviceToRefill([node])
        }
    }

    private func fullVolume(of node: String) -> Volume {
        if node == self.handling.solvent { return self.handling.solventVolume }
        let stock = self.lab.table.stocks.first { $0.reservoir == node }
        return stock?.volumeTotal ?? Volume(50, .millilitre)
    }
}
