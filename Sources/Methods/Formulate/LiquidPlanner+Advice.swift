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
