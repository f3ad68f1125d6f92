import EdgeAgent
import Foundation

/// The example lab that comes with the repository.
enum ExampleLab {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let file = Self.root.appending(path: "labs/asab/lab.yaml").path

    static func description() throws -> LabDescription { try LabDescription(contentsOf: self.file) }

    static let salt = "AXPLOJNSKRXQPA-UHFFFAOYSA-N"
    static let linear = "JBTWLSYIZRCDFO-UHFFFAOYSA-N"
}
