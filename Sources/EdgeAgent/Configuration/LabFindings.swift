import DeviceKit
import DeviceProfiles

/// Collects what is wrong between the entries of a description, each at the place of its key.
struct LabFindings {
    let document: ConfigurationDocument
    private(set) var all: [SourceDiagnostic] = []

    init(_ document: ConfigurationDocument) {
        self.document = document
    }

    /// - Parameter place: where the value stands, when that is another key's place or another file.
    mutating func report(
        _ key: String, _ message: String, at place: SourcePosition? = nil,
        severity: SourceDiagnostic.Severity = .error
    ) {
        self.all.append(SourceDiagnostic(severity, at: place ?? self.document.place(of: key), "\(key): \(message)"))
    }
}
