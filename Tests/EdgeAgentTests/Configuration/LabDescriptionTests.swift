import DeviceKit
import Foundation
import Methods
import Testing

@testable import EdgeAgent

@Suite struct LabDescriptionTests {
    static let example = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "labs/asab/lab.yaml").path

    @Test func `the example lab has every device that its tubing names`() throws {
        let lab = try LabDescription(contentsOf: Self.example)
        #expect(lab.warnings.isEmpty)
        #expect(lab.model.methods.map(\.quantity) == ["conductivity", "electrolyte"])
        let devices = try Laboratory(lab, clock: LabClock())
        #expect(devices.pumps.keys.sorted() == ["A0.0", "B0.0", "C0.0", "D0.0", "E0.0", "F0.0"])
        #expect(devices.devices.count == 18)
    }

    @Test func `capacity and flows follow from syringe and drive`() throws {
        let lab = try LabDescription(contentsOf: Self.example)
        let syringe = try #require(lab.model.syringes["A0.0"])
        #expect(abs(syringe.capacity.in(.millilitre) - 10) < 0.001)
        #expect(syringe.flowRange.contains(FlowRate(0.05, .millilitrePerSecond)))
    }

    @Test func `the state directory is found though the rest is broken`() throws {
        let file = NSTemporaryDirectory() + "lab-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try "state: memory\ndevices: none\nnonsense: 7\n".write(toFile: file, atomically: true, encoding: .utf8)
        let directory = NSTemporaryDirectory().hasSuffix("/") ? NSTemporaryDirectory() : NSTemporaryDirectory() + "/"
        #expect(try LabConfiguration.stateDirectory(inFile: file) == directory + "memory")
        #expect(throws: SourceDiagnostics.self) { try LabDescription(contentsOf: file) }
    }

    @Test func `a description that is a list, empty or no text is told as such`() throws {
        let file = NSTemporaryDirectory() + "lab-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        for (bytes, says) in [
            (Data("- a\n".utf8), "expected keys and values"), (Data(), "is empty"), (Data([0xFF, 0xFE]), "UTF-8"),
        ] {
            try bytes.write(to: URL(filePath: file))
            let findings = #expect(throws: SourceDiagnostics.self) { try LabDescription(contentsOf: file) }
            #expect(findings?.description.contains(says) == true, "\(findings?.description ?? "")")
        }
    }
}
