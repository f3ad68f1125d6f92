import Analysis
import DeviceKit
import Foundation

@testable import Simulators

/// The published configuration of an electrolyte lab, beside the repository when it is there.
enum SharedLab {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/asab")
    static let isThere = FileManager.default.fileExists(atPath: Self.folder.appending(path: "edges.csv").path)

    static let salt = ElectrolyteConductivity.lithiumHexafluorophosphate
    static let carbonate = ElectrolyteConductivity.ethyleneCarbonate
    static let linear = ElectrolyteConductivity.ethylMethylCarbonate

    static func edges() throws -> [FluidicEdge] {
        let catalogue = try Self.rows("edges.csv")
        var placed: [String: (String, String)] = [:]
        for row in try Self.rows("tubing.csv") { placed[row["edge"] ?? ""] = (row["start"] ?? "", row["end"] ?? "") }
        return catalogue.compactMap { row in
            let isFixed = row["flexibility"] == "fixed"
            let ends = isFixed ? (row["start"] ?? "", row["end"] ?? "") : placed[row["edge"] ?? ""]
            guard let ends, let length = row["length"].flatMap(Double.init),
                let diameter = row["diameter"].flatMap(Double.init),
                let volume = row["dead_volume"].flatMap(Double.init)
            else { return nil }
            return FluidicEdge(
                label: row["edge"] ?? "",
                start: ends.0,
                end: ends.1,
                length: Length(length, .millimetre),
                innerDiameter: Length(diameter, .millimetre),
                deadVolume: Volume(volume, .millilitre),
                isDirected: row["restriction"] == "directed",
                isFixed: isFixed
            )
        }
    }

    /// The lab with four stocks A…D, solvent, two wastes and eight vials; 10 mL syringes, empty unless said.
    static func description(syringes: [String: Double] = [:]) throws -> WorldDescription {
        let edges = try Self.edges()
        var liquids: [String: WorldDescription.Liquid] = [
            "EMC clean": .init(concentrations: [Self.linear: Concentration(9.6, .molePerLitre)])
        ]
        var terminals: [WorldDescription.Terminal] = [
            .init(name: "Solvent", kind: .reservoir, liquid: "EMC clean", volume: Volume(500, .millilitre)),
            .init(name: "Reservoir1", kind: .reservoir), .init(name: "Reservoir2", kind: .reservoir),
            .init(name: "waste_1", kind: .waste), .init(name: "waste_2", kind: .waste),
            .init(name: "ambient", kind: .ambient), .init(name: "pressurizedGas", kind: .pressurisedGas),
        ]
        for vial in 1...8 { terminals.append(.init(name: "vial_\(vial)", kind: .vial)) }
        for (stock, reservoir, parts) in Self.stocks {
            liquids[stock] = .init(
                concentrations: Dictionary(
                    uniqueKeysWithValues: zip(
                        [Self.salt, Self.carbonate, Self.linear],
                        parts.map { Concentration($0, .molePerLitre) }
                    )
                )
            )
            terminals.append(
                .init(name: reservoir, kind: .reservoir, liquid: stock, volume: Volume(40, .millilitre))
            )
        }
        let pumps = ["A", "B", "C", "D", "E", "F"].map { letter in
            WorldDescription.Pump(
                name: "\(letter)0",
                node: "\(letter)0.0",
                innerDiameter: Length(14.5673, .millimetre),
                fillLevel: Volume(syringes[letter] ?? 0, .millilitre),
                content: Self.stocks.contains { $0.0 == letter } ? letter : "gas"
            )
        }
        return WorldDescription(
            edges: edges,
            terminals: terminals,
            pumps: pumps,
            rotaryValves: WorldDescription.rotaryValves(in: edges),
            gasValves: WorldDescription.gasValves(in: edges),
            cells: [
                .init(name: "electrochemistry", edge: "0008-XX-1", temperature: Temperature(299.65, .kelvin)),
                .init(name: "densiVisco", edge: "0000-XX-13", temperature: Temperature(293.15, .kelvin)),
            ],
            liquids: liquids
        )
    }

    /// Stock, reservoir, and mol/L of LiPF6, EC and EMC.
    static let stocks: [(String, String, [Double])] = [
        ("A", "Reservoir6", [1.497643, 6.021460, 5.093657]), ("B", "Reservoir5", [1.497116, 0, 8.977582]),
        ("C", "Reservoir4", [0, 6.580702, 5.566730]), ("D", "Reservoir3", [0, 0, 9.654157]),
    ]

    private static func rows(_ name: String) throws -> [[String: String]] {
        let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        guard let header = lines.first else { return [] }
        return lines.dropFirst().map { line in
            Dictionary(zip(header.map(String.init), line.map(String.init)), uniquingKeysWith: { first, _ in first })
        }
    }
}

/// Tells a world what to do by the names on the devices.
extension WorldState {
    func pump(_ name: String) -> Int { self.syringes.firstIndex { $0.name == name } ?? -1 }
    func valve(_ name: String) -> Int { self.rotors.firstIndex { $0.description.name == name } ?? -1 }
    func bottle(_ name: String) -> Int { self.bottles.firstIndex { $0.name == name } ?? -1 }
    func cell(_ name: String) -> Int { self.description.cells.firstIndex { $0.name == name } ?? -1 }
    func level(_ pump: String) -> Double { self.syringes[self.pump(pump)].state.fillLevel.in(.millilitre) }

    /// Turns valves and waits until they stand.
    mutating func turn(_ positions: [String: Int]) {
        for (valve, position) in positions.sorted(by: { $0.key < $1.key }) {
            self.turn(valve: self.valve(valve), to: position)
        }
        self.advance(by: .seconds(1))
    }

    /// Moves pumps to levels (mL) at flows (mL/s) and waits until they rest.
    mutating func move(_ moves: [(pump: String, level: Double, flow: Double)]) {
        for move in moves {
            self.move(
                pump: self.pump(move.pump),
                toFillLevel: Volume(move.level, .millilitre),
                at: FlowRate(move.flow, .millilitrePerSecond)
            )
        }
        while self.syringes.contains(where: { $0.motion != .none }) { self.advance(by: .seconds(1)) }
    }

    func count(_ kind: WorldEvent.Kind) -> Int { self.events.filter { $0.kind == kind }.count }
}
