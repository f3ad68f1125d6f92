/// Routes from several sources that join on their way to one sink, as when pumps dose together through a mixer.
public struct FluidicStream: Sendable, Hashable {
    /// One for each source, from there to the sink.
    public let routes: [FluidicRoute]
    /// The valves that open all of them.
    public let settings: FluidicSettings

    /// Throws `.notOneStream` when the routes end at different nodes, part again after having joined, or begin at the
    /// same source; `.conflictingValve` when they cannot be open together.
    public init(_ routes: [FluidicRoute]) throws(RoutingError) {
        var edgeAfter: [String: String] = [:]
        var sources: Set<String> = []
        for route in routes {
            guard route.sink == routes.first?.sink, sources.insert(route.source).inserted else {
                throw .notOneStream(at: route.sink)
            }
            for (node, edge) in zip(route.nodes, route.edges) {
                if let other = edgeAfter.updateValue(edge.label, forKey: node), other != edge.label {
                    throw .notOneStream(at: node)
                }
            }
        }
        for route in routes where edgeAfter[route.sink] != nil { throw .notOneStream(at: route.sink) }
        self.settings = try FluidicSettings(of: routes)
        self.routes = routes
    }

    public var sink: String { self.routes.first?.sink ?? "" }

    /// The node from which on all routes are one; the sink at the latest.
    public var junction: String {
        guard let first = self.routes.first else { return "" }
        return first.nodes.first { node in self.routes.allSatisfy { $0.nodes.contains(node) } } ?? first.sink
    }
}

extension Router {
    /// The stream from all `sources` to `sink`, each by its best route.
    public func stream(
        from sources: [String],
        to sink: String,
        via: [String] = [],
        through instruments: Set<String> = [],
        least cost: Cost = .deadVolume
    ) throws(RoutingError) -> FluidicStream {
        var routes: [FluidicRoute] = []
        for source in sources {
            routes.append(try self.route(from: source, to: sink, via: via, through: instruments, least: cost))
        }
        return try FluidicStream(routes)
    }
}
