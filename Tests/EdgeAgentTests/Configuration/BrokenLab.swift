import DeviceProfiles
import EdgeAgent
import Foundation
import Testing

/// A copy of the example lab in a folder of its own, with one place changed.
struct BrokenLab {
    /// What is replaced in `lab.yaml`, what comes in its place, and what then is expected.
    struct Change: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        /// Text of the changed line at which the finding points: the offending value.
        var offending: String
        /// Part of the finding's message.
        var message: String

        init(_ old: String, _ new: String, at offending: String, _ message: String) {
            self.old = old
            self.new = new
            self.offending = offending
            self.message = message
        }

        var testDescription: String { self.new }
    }

    struct Missing: Error {
        let text: String
    }

    /// On this day the example lab is checked, whatever the day of the test.
    static let now = WrittenTime(secondsSince1970: 1_795_478_400)
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    let folder: URL
    /// Where the change is, in its file: 1-based.
    let line: Int
    let column: Int

    var file: String { self.folder.appending(path: "lab.yaml").path }

    /// - Parameters:
    ///   - name: the file that is changed.
    ///   - offending: text of the changed line whose column counts.
    ///   - lab: which of the example labs; all use the tables of `asab`.
    init(
        _ old: String, _ new: String, at offending: String, in name: String = "lab.yaml", lab: String = "asab"
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: Self.root.appending(path: "labs/\(lab)"), to: folder)
        let description = folder.appending(path: "lab.yaml")
        try String(contentsOf: description, encoding: .utf8)
            .replacing("../asab/", with: Self.root.appending(path: "labs/asab/").path)
            .replacing("../../device-profiles", with: Self.root.appending(path: "device-profiles").path)
            .write(to: description, atomically: true, encoding: .utf8)
        let changed = folder.appending(path: name)
        let text = try String(contentsOf: changed, encoding: .utf8)
        guard let place = text.firstRange(of: old) else { throw Missing(text: old) }
        let result = text.replacingCharacters(in: place, with: new)
        try result.write(to: changed, atomically: true, encoding: .utf8)
        let start = text.unicodeScalars.distance(from: text.startIndex, to: place.lowerBound)
        let from = result.unicodeScalars.index(result.startIndex, offsetBy: start)
        let lineStart = result[..<from].lastIndex(of: "\n").map { result.index(after: $0) } ?? result.startIndex
        guard let offence = result[lineStart...].firstRange(of: offending) else { throw Missing(text: offending) }
        let before = result[..<offence.lowerBound]
        self.folder = folder
        self.line = before.count { $0 == "\n" } + 1
        self.column = before.unicodeScalars.reversed().prefix { $0 != "\n" }.count + 1
    }

    func load() throws -> LabDescription { try LabDescription(contentsOf: self.file, now: Self.now) }

    func remove() { try? FileManager.default.removeItem(at: self.folder) }
}
