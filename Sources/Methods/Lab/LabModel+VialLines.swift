import Analysis
import DeviceKit

extension LabModel {
    /// The line to a vial, to the last valve before it.
    ///
    /// - Throws: `.unservable` if there is no such way, or no line that vials share.
    func vialLine(to vial: String) throws(RequestRefusal) -> VialLine {
        if let known = self.vialLines.first(where: { $0.vials.contains(vial) }) { return known }
        let route = try RequestRefusal.wrap(.unservable) { () throws(RoutingError) in
            try self.describedRouter.route(from: self.handling.sampleNode, to: vial)
        }
        let (nodes, edges) = (Array(route.nodes.dropLast(2)), route.edges.dropLast(2))
        guard let branch = nodes.last, !edges.isEmpty else {
            throw RequestRefusal(.unservable, "\(vial) has no line before its own valve that could be weighed")
        }
        return VialLine(
            subject: "\(self.handling.sampleNode) to \(branch)", vials: [vial],
            described: edges.reduce(.zero) { $0 + $1.deadVolume }, nodes: nodes, edges: edges.map(\.label))
    }

    /// Those that something moves through.
    func vialLines(passedBy steps: [Step]) -> [VialLine] {
        self.vialLines.filter { line in steps.contains { $0.action.routes.contains(where: line.isPassed) } }
    }

    /// Why the volume of a line is doubted, in words; nil if it is not.
    func doubt(of line: VialLine, on day: String) -> String? {
        line.doubt(on: day, maximumAge: self.handling.lineVolumeMaximumAge)
    }

    /// Plans with the tubes as they were weighed. Weighing does not tell where in a line a difference lies: all of it is
    /// longer or shorter.
    mutating func useLineVolumes(_ records: [CalibrationRecord]) {
        self.vialLines = []
        var lines: [VialLine] = []
        for vial in self.handling.vials {
            guard let line = try? self.vialLine(to: vial) else { continue }
            if let known = lines.firstIndex(where: { $0.subject == line.subject }) {
                lines[known].vials.append(vial)
            } else {
                lines.append(line)
            }
        }
        var factors: [String: Double] = [:]
        for record in records {
            guard let index = lines.firstIndex(where: { $0.subject == record.subject }) else { continue }
            lines[index].note(record)
            guard lines[index].weighing == record else { continue }
            // For what two lines share the newest weighing counts.
            for edge in lines[index].edges { factors[edge] = lines[index].volume / lines[index].described }
        }
        self.vialLines = lines
        self.router =
            factors.isEmpty
            ? self.describedRouter : Router(self.describedRouter.graph.scalingVolumes(by: factors))
    }
}
