import Glibc

/// Where the parts of a fluidic system stand in its drawing. Bottles, vials and wastes are not drawn: the valves say
/// which of them they lead to.
struct LiquidLayout {
    /// Syringes, valves, mixers and cells, in the order in which they are drawn.
    let units: [String]
    let size: (width: Double, height: Double)
    private let places: [String: (x: Double, y: Double)]

    private static let column = 132.0
    private static let row = 92.0
    private static let margin = 66.0

    init(_ liquids: LiquidsView) {
        let syringes = liquids.places.filter { $0.kind == "syringe" }.map(\.node)
        let neighbours = liquids.tubes.reduce(into: [String: [String]]()) { map, tube in
            map[tube.from, default: []].append(tube.to)
            map[tube.to, default: []].append(tube.from)
        }
        let columns = Self.columns(from: syringes, neighbours)
        var rows: [String: Double] = [:]
        for (index, syringe) in syringes.enumerated() { rows[syringe] = Double(index) }
        for column in 1..<max(2, (columns.values.max() ?? 0) + 1) {
            Self.placeColumn(columns.filter { $0.value == column }.keys.sorted(), neighbours, &rows)
        }
        let lowest = rows.values.min() ?? 0
        self.places = rows.reduce(into: [:]) { places, entry in
            places[entry.key] = (
                Self.margin + Double(columns[entry.key] ?? 0) * Self.column,
                Self.margin / 1.4 + (entry.value - lowest) * Self.row
            )
        }
        self.units = rows.keys.sorted { (columns[$0] ?? 0, rows[$0] ?? 0) < (columns[$1] ?? 0, rows[$1] ?? 0) }
        self.size = (
            2 * Self.margin + Double(columns.values.max() ?? 0) * Self.column,
            2 * Self.margin / 1.4 + ((rows.values.max() ?? 0) - lowest) * Self.row
        )
    }

    func place(of unit: String) -> (x: Double, y: Double)? { self.places[unit] }

    /// The distance of each unit from the syringes; of two joined ones at the same distance, that with more tubes stands
    /// behind the other, with all that follows it.
    private static func columns(
        from syringes: [String], _ neighbours: [String: [String]]
    ) -> [String: Int] {
        var columns: [String: Int] = [:]
        var front = syringes
        for syringe in syringes { columns[syringe] = 0 }
        while !front.isEmpty {
            var next: [String] = []
            for unit in front {
                for other in neighbours[unit] ?? [] where columns[other] == nil {
                    columns[other] = (columns[unit] ?? 0) + 1
                    next.append(other)
                }
            }
            front = next
        }
        for unit in columns.keys.sorted() {
            for other in neighbours[unit] ?? [] where columns[other] == columns[unit] && other != unit {
                let (a, b) = (neighbours[unit]?.count ?? 0, neighbours[other]?.count ?? 0)
                guard a < b, let column = columns[other] else { continue }
                for (follower, place) in columns where place > column || follower == other {
                    columns[follower] = place + 1
                }
            }
        }
        return columns
    }

    /// Each unit at the height of what it is joined with in the columns before, none on another.
    private static func placeColumn(
        _ units: [String], _ neighbours: [String: [String]], _ rows: inout [String: Double]
    ) {
        let wishes = units.map { unit in
            let known = (neighbours[unit] ?? []).compactMap { rows[$0] }
            return (unit: unit, row: known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count))
        }.sorted { ($0.row, $0.unit) < ($1.row, $1.unit) }
        guard !wishes.isEmpty else { return }
        let centre = wishes.map(\.row).reduce(0, +) / Double(wishes.count)
        var placed: [Double] = []
        for wish in wishes { placed.append(max(wish.row, (placed.last ?? -.infinity) + 1)) }
        // The whole column moves so that its middle stays where it was wished.
        let shift = centre - placed.reduce(0, +) / Double(placed.count)
        for (wish, row) in zip(wishes, placed) { rows[wish.unit] = row + shift }
    }
}

/// Points around a circle.
enum Circle {
    /// - Parameter turn: 0…1, clockwise from the top.
    static func point(_ turn: Double) -> (sine: Double, cosine: Double) {
        (sin(2 * .pi * turn), cos(2 * .pi * turn))
    }
}
