import DeviceProfiles
import Foundation
import Testing

/// The profiles of this repository.
enum ShippedProfile {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "device-profiles")

    /// - Parameter name: `vendor/model`.
    static func load(_ name: String) throws -> DeviceProfile {
        let file = Self.folder.appending(path: "\(name).yaml")
        return try Self.read(String(contentsOf: file, encoding: .utf8), file: file.path)
    }

    static func read(_ text: String, file: String = "profile.yaml") throws -> DeviceProfile {
        let document = ConfigurationDocument(file: file)
        let profile = DeviceProfile(parsing: text, in: document)
        try #require(document.diagnostics.isEmpty, "\(document.diagnostics)")
        return try #require(profile)
    }
}
