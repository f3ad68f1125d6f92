import DeviceKit
import Methods
import Protocols
import Store

/// Where a pump's plunger stood by its drive's counter; it gives the position back to a drive that was without power.
struct KeptPosition: Sendable, Hashable, Codable {
    var counter: Int
    /// What the syringe held then.
    var level: Volume

    static func key(_ node: String) -> String { "position \(node)" }

    func change(_ node: String) throws -> StockChange {
        StockChange(key: Self.key(node), value: try JSONValue(kept: self))
    }
}

extension Laboratory {
    /// What is to be kept of the drives that a step has moved.
    func positions(after outcome: StepOutcome) async throws -> [StockChange] {
        guard case .dosed(let dosed) = outcome else { return [] }
        var changes: [StockChange] = []
        for one in dosed {
            guard let counter = await self.pumps[one.pump]?.lastPositionCounter() else { continue }
            changes.append(try KeptPosition(counter: counter, level: one.to).change(one.pump))
        }
        return changes
    }
}
