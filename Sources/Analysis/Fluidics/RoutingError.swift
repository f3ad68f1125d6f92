/// Why liquid cannot be led as asked.
public enum RoutingError: Error, Sendable, Hashable {
    case unknownNode(String)
    /// There is no measuring cell of this instrument in the graph.
    case unknownInstrument(String)
    /// No setting of the valves joins the two, under the rules given.
    case unreachable(from: String, to: String, via: [String])
    /// A bottle, vial or pump was named as a point to pass through.
    case terminalInside(String)
    /// The cheapest way would pass a node twice, which no setting of valves can do.
    case passesTwice(node: String, from: String, to: String)
    /// One valve would have to stand in two positions.
    case conflictingValve(String, String, String)
    /// Routes that should run together do not form one stream with one sink.
    case notOneStream(at: String)
}

extension RoutingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownNode(let name):
            "there is no node \(name) in the tubing graph"
        case .unknownInstrument(let name):
            "there is no measuring cell of \(name) in the tubing graph"
        case .unreachable(let from, let to, let via):
            "there is no way from \(from) to \(to)\(via.isEmpty ? "" : " via \(via.joined(separator: ", "))")"
        case .terminalInside(let name):
            "\(name) can only be the beginning or the end of a route"
        case .passesTwice(let node, let from, let to):
            "the way from \(from) to \(to) would pass \(node) twice"
        case .conflictingValve(let valve, let one, let other):
            "\(valve) would have to stand at \(one) and at \(other)"
        case .notOneStream(let node):
            "the routes do not run into one stream at \(node)"
        }
    }
}
