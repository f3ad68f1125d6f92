import Foundation
import Testing

/// The module graph is the architecture: each module imports only what stands below it, and what touches the outside
/// (descriptors, SQL, udev) has one room.
@Suite struct ArchitectureTests {
    /// Which of our modules each module may import.
    static let below: [String: Set<String>] = [
        "DeviceKit": [],
        "Analysis": ["DeviceKit", "CMinpack", "CLapack"],
        "Protocols": ["DeviceKit"],
        "SiLA2": [],
        "Links": ["CModbus", "DeviceKit", "Protocols"],
        "Discovery": ["CUdev", "DeviceKit", "Links"],
        "DeviceProfiles": ["DeviceKit", "Protocols"],
        "DeviceDrivers": ["DeviceKit", "DeviceProfiles", "Links", "Protocols", "SiLA2"],
        "Simulators": ["Analysis", "DeviceKit", "DeviceProfiles", "Links", "Protocols", "SiLA2"],
        "Methods": ["Analysis", "DeviceKit", "Protocols"],
        "Store": ["DeviceKit", "Protocols"],
        "Uplink": ["Protocols", "Store"],
        "Broker": ["CCrypt", "Protocols"],
        "Console": ["DeviceKit", "Protocols", "Store"],
        "EdgeAgent": [
            "Analysis", "CMalloc", "CTimex", "Console", "DeviceDrivers", "DeviceKit", "DeviceProfiles", "Discovery",
            "Links",
            "Methods", "Protocols", "Store", "Uplink",
        ],
        "Demo": [
            "Analysis", "Broker", "DeviceKit", "DeviceProfiles", "EdgeAgent", "Methods", "Protocols", "Simulators",
            "Uplink",
        ],
        "edge-agent": [
            "Broker", "Console", "Demo", "DeviceKit", "EdgeAgent", "Links", "Methods", "Protocols", "Simulators",
            "Store", "Uplink",
        ],
    ]

    /// Doors to libraries of the system: a module map and a header each.
    static let shims: Set = ["CMinpack", "CLapack", "CCrypt", "CMalloc", "CModbus", "CTimex", "CUdev"]

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func sources() -> [(module: String, path: String, text: String)] {
        below.keys.flatMap { module in
            let folder = self.root.appending(path: "Sources/\(module)")
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            return (files?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }.compactMap { file in
                (try? String(contentsOf: file, encoding: .utf8)).map {
                    (module, String(file.path.dropFirst(self.root.path.count + 1)), $0)
                }
            }
        }
    }

    @Test func `no module imports one above it`() {
        let ours = Set(Self.below.keys).union(Self.shims)
        for (module, path, text) in Self.sources() {
            let imports = text.matches(
                of: /(?m)^(?:@testable )?(?:public |internal |package )?import (?:struct |enum )?(\w+)/
            )
            .map { String($0.output.1) }
            for name in imports where ours.contains(name) && name != module {
                let isBelow = Self.below[module]?.contains(name) == true
                #expect(isBelow, "\(path) imports \(name)")
            }
        }
    }

    @Test func `every source folder is a module of the graph`() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        #expect(
            Set(folders) == Set(Self.below.keys).union(Self.shims))
    }

    @Test func `SQL stands in the store and in the broker alone`() {
        for (module, path, text) in Self.sources() where !["Store", "Broker"].contains(module) {
            #expect(!text.contains("import GRDB"), "\(path)")
        }
    }

    @Test func `udev stands in Discovery alone`() {
        for (module, path, text) in Self.sources() where module != "Discovery" {
            #expect(!text.contains("import CUdev"), "\(path)")
        }
    }

    @Test func `descriptors are opened in Links alone`() {
        for (module, path, text) in Self.sources()
        where ["DeviceKit", "Analysis", "Protocols", "Methods", "DeviceDrivers"].contains(module) {
            let opensDescriptors = text.contains(/\b(O_RDWR|O_RDONLY|O_WRONLY|AF_INET|AF_UNIX|posix_openpt)\b/)
            #expect(!opensDescriptors, "\(path)")
        }
    }

    @Test func `pure modules read no clock and print nothing`() {
        for (module, path, text) in Self.sources() where ["Analysis", "Protocols"].contains(module) {
            let isImpure = text.contains(/ContinuousClock|Date\(\)|\bprint\(|Logger/)
            #expect(!isImpure, "\(path)")
        }
    }
}
