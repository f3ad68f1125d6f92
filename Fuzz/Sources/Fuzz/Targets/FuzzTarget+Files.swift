import DeviceProfiles

@testable import Analysis
@testable import EdgeAgent

extension FuzzTarget {
    static let csv = FuzzTarget("csv") { input in
        let table = CSVTable(input.text, file: "table.csv")
        for row in table.rows {
            promise(row.cells.count == table.header.count, "a ragged row")
            for cell in row.cells { _ = try? cell.number("cell") }
        }
    }

    /// The tables of a lab, with NUL between them: chemicals, stock solutions, nodes, catalogue of tubes, tubing.
    static let labTables = FuzzTarget("lab-tables", longest: 16384) { input in
        var reader = InputReader(input)
        let texts = reader.texts() + Array(repeating: "", count: 5)
        _ = try? StockTable(
            chemicals: texts[0], chemicalsFile: "chemicals.csv", stocks: texts[1], stocksFile: "stocks.csv")
        _ = try? TubingGraph(
            nodes: CSVTable(texts[2], file: "nodes.csv"), catalogue: CSVTable(texts[3], file: "edges.csv"),
            tubing: CSVTable(texts[4], file: "tubing.csv"))
    }

    static let profile = FuzzTarget("profile") { input in
        let document = ConfigurationDocument(file: "profile.yaml")
        if DeviceProfile(parsing: input.text, in: document) == nil {
            promise(!document.diagnostics.isEmpty, "refused without a reason")
        }
    }

    static let lab = FuzzTarget("lab", longest: 8192) { input in
        let document = ConfigurationDocument(file: "lab.yaml")
        if LabConfiguration(parsing: input.text, directory: "/lab", in: document) == nil {
            promise(!document.diagnostics.isEmpty, "refused without a reason")
        }
    }
}
