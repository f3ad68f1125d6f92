import Analysis
import Foundation

/// The tubing of a real lab, as published and as kept in this repository.
struct TubingFiles {
    let folder: URL

    /// The published files; they stand beside the repository, and not everywhere.
    static let published = TubingFiles(
        folder: repository.deletingLastPathComponent().appending(path: "shared/data/asab")
    )
    static let ours = TubingFiles(folder: repository.appending(path: "labs/asab"))

    private static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    var exists: Bool { FileManager.default.fileExists(atPath: self.folder.appending(path: "nodes.csv").path) }

    func text(_ name: String) throws -> String {
        try String(contentsOf: self.folder.appending(path: name), encoding: .utf8)
    }

    func graph() throws -> TubingGraph {
        try TubingGraph(
            nodes: CSVTable(self.text("nodes.csv"), file: "nodes.csv"),
            catalogue: CSVTable(self.text("edges.csv"), file: "edges.csv"),
            tubing: CSVTable(self.text("tubing.csv"), file: "tubing.csv")
        )
    }
}

/// Numbers computed by other programs for the published files.
struct FluidicVectors: Decodable {
    struct Path: Decodable {
        var from: String
        var to: String
        var via: [String]
        var weight: String
        var path: [String]
        var deadVolume_mL: Double
        var length_mm: Double
        var valveZeroBased: [String: Int]
        var note: String
    }
    var paths: [Path]

    static func load() throws -> Self {
        let data = try Data(contentsOf: TubingFiles.published.folder.appending(path: "testvectors.json"))
        return try JSONDecoder().decode(Self.self, from: data)
    }
}
