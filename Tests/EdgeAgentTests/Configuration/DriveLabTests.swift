import DeviceKit
import DeviceProfiles
import Foundation
import Methods
import Testing

@testable import EdgeAgent

/// Labs whose pumps are reached by their drives, and who leads which bus.
@Suite struct DriveLabTests {
    @Test(arguments: ["asab-epos", "asab-slcan"])
    func `a lab with its pumps on a bus of their own is the example lab but for their way`(_ name: String) throws {
        let lab = try Self.description(name)
        let example = try Self.description("asab")
        #expect(lab.warnings.isEmpty)
        #expect(lab.configuration.devices.map(\.name) == example.configuration.devices.map(\.name))
        #expect(lab.model.syringes.mapValues(\.capacity) == example.model.syringes.mapValues(\.capacity))
        #expect(lab.model.methods.map(\.name) == example.model.methods.map(\.name))
        let laboratory = try Laboratory(lab, clock: LabClock())
        #expect(laboratory.pumps.count == 6 && laboratory.valves.count == 10)
        // One line, whose first pump says whether it is the right one.
        #expect(laboratory.plugged.contains { $0.devices.count == 6 })
        func text(_ name: String) throws -> [String] {
            let file = BrokenLab.root.appending(path: "labs/\(name)/lab.yaml")
            let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
            return lines.map { $0.replacing("../asab/", with: "").replacing(name, with: "asab") }
                .filter { !$0.hasPrefix("#") && !$0.contains("profile: cetoni/") }
        }
        #expect(try text(name) == text("asab"))
    }

    static let changes: [BrokenLab.Change] = [
        .init("50057, bus: valves", "50057, bus: pumps", at: "pumps }", "already, by A0; a bus has one master"),
        .init(", bus: pumps, parameters: { node-id: 2", ", parameters: { node-id: 2", at: "{ profile", "needs `bus`"),
        .init("50066, bus: valves", "50066", at: "{ profile", "needs `bus`"),
        .init("node-id: 3", "node-id: 2", at: "2 }", "node-id belongs to A0 already"),
        .init("node-id: 3", "node-id: 128", at: "128", "must be 1 to 127"),
        .init(", parameters: { node-id: 3 }", "", at: "{ profile", "needs `node-id`, 1 to 127"),
        .init(
            "B0: { profile: cetoni/nemesys-low-pressure-epos", "B0: { profile: cetoni/nemesys-s-epos", at: "\"tty",
            "another protocol"),
        .init("channel: 1 }", "channel: 1, bus: pumps }", at: "pumps }", "without effect"),
    ]

    @Test(arguments: changes)
    func `two masters of a bus, two drives of one number and two protocols on a line are found out`(
        _ change: BrokenLab.Change
    ) throws {
        let lab = try BrokenLab(change.old, change.new, at: change.offending, lab: "asab-epos")
        defer { lab.remove() }
        let errors = #expect(throws: SourceDiagnostics.self) { try lab.load() }?.errors ?? []
        #expect(
            errors.contains {
                $0.line == lab.line && $0.column == lab.column && $0.message.contains(change.message)
            }, "expected \(lab.line):\(lab.column): …\(change.message)…, found \(errors)")
    }

    private static func description(_ name: String) throws -> LabDescription {
        try LabDescription(contentsOf: BrokenLab.root.appending(path: "labs/\(name)/lab.yaml").path, now: BrokenLab.now)
    }
}
