import Foundation
import Testing

/// `edge-agent stock`, on a copy of the example lab with a state of its own and without a running agent.
@Suite struct StockTests {
    private let lab = StockLab()

    @Test func `a lab that never ran is listed as described, and nothing is left behind`() throws {
        let ended = try self.lab.stock()
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("1.5M-LiPF6-EC-EMC"))
        #expect(ended.output.contains("vial_8"))
        #expect(ended.errors.contains("the lab as described"))
        #expect(!FileManager.default.fileExists(atPath: self.lab.state))
    }

    @Test func `a refilled reservoir is listed with its new volume`() throws {
        let ended = try self.lab.stock("set", "Reservoir6", "50", "mL", "--by", "tester")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("Reservoir6 holds 50 mL of 1.5M-LiPF6-EC-EMC; before: 46.6"), "\(ended.output)")
        let list = try self.lab.stock("list", "--json")
        #expect(list.output.contains(#""remembered":true"#), "\(list.output)\(list.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [String: Any])
        let places = try #require(report["places"] as? [[String: Any]])
        #expect(places.first { $0["node"] as? String == "Reservoir6" }?["volume_mL"] as? Double == 50)
    }

    @Test func `a lot that is loaded is listed, and stands in its reservoir`() throws {
        let ended = try self.lab.stock(
            "load", "Reservoir6", "--batch", "B-7", "--mass", "64.4 g", "--density", "1.288 g/mL", "--by", "tester")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(ended.output.contains("Reservoir6 holds 50 mL of 1.5M-LiPF6-EC-EMC (lot B-7)"), "\(ended.output)")
        let lots = try self.lab.stock("lots")
        #expect(lots.output.contains("B-7") && lots.output.contains("MPGX-23-474_1 (before)"), "\(lots.output)")
        let table = try self.lab.stock("load", "Reservoir5", "--from", self.lab.table)
        #expect(table.status == 0 && table.output.contains("(lot MPGX-23-474_4)"), "\(table.output)\(table.errors)")
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        let says: String
        var testDescription: String { self.arguments.joined(separator: " ") }

        init(_ arguments: [String], _ status: Int32, _ says: String) {
            self.arguments = arguments
            self.status = status
            self.says = says
        }
    }

    @Test(arguments: [
        Refusal(["set", "Reservoir6", "50"], 64, "has no unit"),
        Refusal(["set", "Reservoir6", "much"], 64, "does not begin with a number"),
        Refusal(["set", "Reservoir6"], 64, "volume"),
        Refusal(["set", "Reservoir9", "5 mL"], 65, "no vessel Reservoir9"),
        Refusal(["set", "vial_3", "5 mL"], 65, "edge-agent stock free vial_3"),
        Refusal(["free", "vial_3"], 65, "empty already"),
        Refusal(["empty", "vial_3"], 65, "neither a waste, a reservoir nor a syringe"),
        Refusal(["load", "Reservoir6"], 64, "--batch and --mass"),
        Refusal(["load", "Reservoir6", "--batch", "B", "--mass", "60"], 64, "has no unit"),
        Refusal(
            ["load", "Reservoir1", "--batch", "B", "--mass", "60 g"], 65, "no stock solution stands in Reservoir1"),
        Refusal(["load", "Reservoir6", "--from", "/dev/null"], 78, "/dev/null:1:1"),
    ])
    func `what cannot be is refused, and leaves nothing behind`(_ refusal: Refusal) throws {
        let ended = try self.lab.stock(refusal.arguments)
        #expect(ended.status == refusal.status, "\(ended.errors)")
        #expect(ended.output.isEmpty)
        #expect(ended.errors.contains(refusal.says), "expected “\(refusal.says)” in:\n\(ended.errors)")
        #expect(!FileManager.default.fileExists(atPath: self.lab.state))
    }
}

/// A copy of the example lab, and the built program asked about it.
private final class StockLab: Sendable {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Beside the tests' own executable.
    private static let program: URL = {
        let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "edge-agent")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : StockLab.root.appending(path: ".build/debug/edge-agent")
    }()

    private let folder = FileManager.default.temporaryDirectory.appending(path: "stock-\(UUID().uuidString)")
    var table: String { self.folder.appending(path: "labs/asab/stock-solutions.csv").path }
    var state: String { self.folder.appending(path: ".state/asab").path }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    func stock(_ arguments: String...) throws -> Ended { try self.stock(arguments) }

    func stock(_ arguments: [String]) throws -> Ended {
        let files = FileManager.default
        if !files.fileExists(atPath: self.folder.path) {
            try files.createDirectory(at: self.folder.appending(path: "labs"), withIntermediateDirectories: true)
            for path in ["labs/asab", "device-profiles"] {
                try files.copyItem(at: Self.root.appending(path: path), to: self.folder.appending(path: path))
            }
        }
        let process = Process()
        let (output, errors) = (self.folder.appending(path: "output"), self.folder.appending(path: "errors"))
        for file in [output, errors] { try Data().write(to: file) }
        process.executableURL = Self.program
        process.arguments =
            ["stock"] + arguments + ["--config", self.folder.appending(path: "labs/asab/lab.yaml").path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}
