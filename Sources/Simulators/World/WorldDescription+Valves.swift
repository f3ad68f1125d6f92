public import Analysis

extension WorldDescription {
    /// The rotary valves in a tubing graph: every `V<number>.0` with its fixed channels to `V<number>.<port>`.
    public static func rotaryValves(in edges: [FluidicEdge]) -> [Valve] {
        var highestPort: [Int: Int] = [:]
        for edge in edges where edge.isFixed {
            for node in [edge.start, edge.end] {
                guard node.hasPrefix("V"), let (device, port) = Self.split(node), let number = Int(device.dropFirst())
                else { continue }
                highestPort[number] = max(highestPort[number] ?? 0, port)
            }
        }
        return highestPort.sorted { $0.key < $1.key }.map { Valve(name: "V\($0.key)", portCount: $0.value) }
    }

    /// The solenoid gas valves in a tubing graph: inlets `<name>.0` and `<name>.1`, outlet `<name>_0.0`.
    public static func gasValves(in edges: [FluidicEdge]) -> [GasValve] {
        let nodes = Set(edges.filter(\.isFixed).flatMap { [$0.start, $0.end] })
        return nodes.compactMap { node -> GasValve? in
            guard node.hasPrefix("ArdV_"), let (name, port) = Self.split(node), port == 1,
                nodes.contains("\(name).0"), nodes.contains("\(name)_0.0")
            else { return nil }
            return GasValve(
                name: String(name),
                releasedInlet: "\(name).0",
                energisedInlet: node,
                outlet: "\(name)_0.0"
            )
        }
        .sorted { $0.name < $1.name }
    }

    private static func split(_ node: String) -> (device: Substring, port: Int)? {
        guard let dot = node.lastIndex(of: "."), let port = Int(node[node.index(after: dot)...]) else { return nil }
        return (node[..<dot], port)
    }
}
