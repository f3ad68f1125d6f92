import Analysis
import Foundation

/// Decides all ordered pairs of nodes of the example lab's tubing, and finds the best routes from every node.
@main
struct Routes {
    static func main() throws {
        let folder = URL(filePath: CommandLine.arguments.dropFirst().first ?? "labs/asab")
        func table(_ name: String) throws -> CSVTable {
            try CSVTable(String(contentsOf: folder.appending(path: name), encoding: .utf8), file: name)
        }
        let graph = try TubingGraph(
            nodes: table("nodes.csv"), catalogue: table("edges.csv"), tubing: table("tubing.csv"))
        var decided: [Double] = []
        var routed: [Double] = []
        var reachable = 0
        for _ in 0..<20 {
            let clock = ContinuousClock()
            decided.append(
                try Self.milliseconds(
                    clock.measure { reachable = try Self.count(Reachability(Router(graph)), graph) }))
            routed.append(
                try Self.milliseconds(
                    clock.measure {
                        let router = Router(graph)
                        for node in graph.nodes { _ = try router.routes(from: node.name) }
                    }))
        }
        let pairs = graph.nodes.count * (graph.nodes.count - 1)
        print(
            """
            {"pairs": \(pairs), "reachable": \(reachable), "decided_ms": \(Self.median(decided)), \
            "all_routes_ms": \(Self.median(routed))}
            """)
    }

    static func count(_ reachability: Reachability, _ graph: TubingGraph) -> Int {
        var count = 0
        for a in graph.nodes { for b in graph.nodes where a.name != b.name && reachability(from: a.name, to: b.name) { count += 1 } }
        return count
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    static func milliseconds(_ duration: Duration) throws -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1e3 + Double(attoseconds) * 1e-15
    }
}
