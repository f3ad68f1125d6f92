package import Foundation

/// A copy of the example lab with its profiles, to be changed.
package final class LabCopy: Sendable {
    package let folder: URL

    package init() throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString.prefix(8))")
        let files = FileManager.default
        try files.createDirectory(at: self.folder.appending(path: "labs"), withIntermediateDirectories: true)
        for path in ["labs/asab", "device-profiles"] {
            try files.copyItem(at: EdgeAgentProgram.root.appending(path: path), to: self.folder.appending(path: path))
        }
    }

    deinit { try? FileManager.default.removeItem(at: self.folder) }

    package var description: String { self.folder.appending(path: "labs/asab/lab.yaml").path }
    package var state: String { self.folder.appending(path: ".state/asab").path }

    /// Replaces the one place where a file of the lab says `original`.
    ///
    /// - Returns: the line of that place.
    @discardableResult
    package func change(_ file: String, _ original: String, _ replacement: String) throws -> Int {
        let url = self.folder.appending(path: "labs/asab/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        let parts = text.components(separatedBy: original)
        guard parts.count == 2 else { throw SiteFailure("\(file) says “\(original)” \(parts.count - 1) times") }
        try parts.joined(separator: replacement).write(to: url, atomically: true, encoding: .utf8)
        return parts[0].count { $0 == "\n" } + 1
    }

    /// Makes the lab another one of the examples, under the same name and with the same tables.
    package func become(_ name: String) throws {
        let text = try String(
            contentsOf: EdgeAgentProgram.root.appending(path: "labs/\(name)/lab.yaml"), encoding: .utf8)
        _ = try self.write("labs/asab/lab.yaml", text.replacing("../asab/", with: "").replacing(name, with: "asab"))
    }

    /// Writes a file beside the lab.
    package func write(_ name: String, _ text: String) throws -> String {
        let url = self.folder.appending(path: name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }
}
