extension Router {
    /// The route that passes exactly these nodes, as a plan kept it.
    public func route(through nodes: [String]) throws(RoutingError) -> FluidicRoute {
        try self.route(from: nodes.first ?? "", to: nodes.last ?? "", via: Array(nodes.dropFirst().dropLast()))
    }
}
