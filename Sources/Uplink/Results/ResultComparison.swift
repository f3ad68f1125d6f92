import Protocols
import Store

/// What the broker's results for a request say about one of ours.
enum ResultComparison: Sendable, Hashable {
    /// Ours is there, under the broker's id.
    case delivered(String)
    /// Nothing is there that counts.
    case absent
    /// Somebody else's is there, under the broker's id.
    case different(String)

    /// - Parameter found: what the broker has for the request. Deleted results do not count.
    init(of item: OutboxItem, with found: [ResultInfo]) {
        let standing = found.filter { $0.status != .deleted }
        if let own = standing.first(where: { Self.isSame(item, $0.result) }) {
            self = .delivered(own.uuid)
        } else if let other = standing.first {
            self = .different(other.uuid)
        } else {
            self = .absent
        }
    }

    private static func isSame(_ item: OutboxItem, _ result: FinalesResult) -> Bool {
        guard item.quantity == result.quantity, item.method == result.method else { return false }
        if let marker = ResultMarker(in: result.data) {
            return marker.result == item.id.description && marker.sha256 == item.sha256
        }
        guard let own = (try? JSONValue(parsing: item.payload))?["data"]?.object else { return false }
        var bare = own
        bare[ResultMarker.member] = nil
        return JSONValue.object(bare).isNumericallyEqual(to: .object(result.data))
    }
}
