import Analysis
import Foundation
import Testing

/// The tables and vectors that the tests of formulation read.
enum FormulationFiles {
    static let lithiumSalt: InChIKey = "AXPLOJNSKRXQPA-UHFFFAOYSA-N"
    static let ec: InChIKey = "KMTRUDSVKNLOMY-UHFFFAOYSA-N"
    static let emc: InChIKey = "JBTWLSYIZRCDFO-UHFFFAOYSA-N"
    static let dmc: InChIKey = "IEJIGPNLZYLLBP-UHFFFAOYSA-N"
    /// By the names that the vectors use.
    static let keys: [String: InChIKey] = ["LiPF6": lithiumSalt, "EC": ec, "EMC": emc]
    static let stockIDs = [
        "c7b65884-c3a1-49fd-a6f3-fd9b09580e9a", "d014e69d-248c-4d10-bfd4-f3b023a58246",
        "35bc5ea7-d8c3-418d-aedb-2e443dd0169f", "cc5816fc-f3f5-4eb5-99c9-e97a229c3667",
    ]

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let shared = root.deletingLastPathComponent().appending(path: "shared/data/asab")

    static let hasSharedData = FileManager.default.fileExists(atPath: shared.appending(path: "testvectors.json").path)

    static func text(_ name: String) throws -> String {
        try String(contentsOf: root.appending(path: "labs/asab/\(name)"), encoding: .utf8)
    }

    /// The stocks of `labs/asab`.
    static func table() throws -> StockTable {
        try StockTable(
            chemicals: text("chemicals.csv"),
            chemicalsFile: "chemicals.csv",
            stocks: text("stock-solutions.csv"),
            stocksFile: "stock-solutions.csv"
        )
    }

    /// The same stocks in the columns of the ASAB system.
    static func sharedTable() throws -> StockTable {
        let chemicals = try String(contentsOf: shared.appending(path: "chemicals.csv"), encoding: .utf8)
        let stocks = try String(contentsOf: shared.appending(path: "stockSolutions.csv"), encoding: .utf8)
        return try StockTable(
            chemicals: chemicals,
            chemicalsFile: "chemicals.csv",
            stocks: stocks,
            stocksFile: "stockSolutions.csv"
        )
    }

    static func vectors() throws -> FormulationVectors {
        let data = try Data(contentsOf: shared.appending(path: "testvectors.json"))
        return try JSONDecoder().decode(FormulationVectors.self, from: data)
    }

    /// `LiPF6`, `EC` and `EMC` in this order.
    static func composition(_ salt: Double, _ ec: Double, _ emc: Double) throws -> Composition {
        try Composition(amounts: [lithiumSalt: salt, self.ec: ec, self.emc: emc])
    }
}

/// The part of the vectors that belongs to formulation.
struct FormulationVectors: Decodable {
    struct Stock: Decodable {
        let id: String
        let concentration_mol_per_mL: [String: Double]
        let moleFractions: [String: Double]
    }
    struct Example: Decodable {
        struct Solution: Decodable {
            let volumeFractions: [Double]
            let deviation: Double
        }
        let request: [String: Double]
        let bestSparseSolutions: [Solution]
    }
    struct Limit: Decodable {
        let trueMin: Double
        let trueMax: Double
    }
    let stocks: [Stock]
    let examples: [Example]
    let limits: [String: Limit]
}
