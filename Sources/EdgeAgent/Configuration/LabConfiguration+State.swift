public import DeviceKit
import DeviceProfiles

extension LabConfiguration {
    /// Where the agent of a lab keeps what it remembers. Reads no more of the description than that, so that operators
    /// get at a running agent while its description is being changed.
    ///
    /// - Throws: why the file cannot be read, or that it has no `state`.
    public static func stateDirectory(inFile file: String) throws(SourceDiagnostics) -> String {
        let document = ConfigurationDocument(file: file)
        let state = document.root(try TextFile.read(file))?.text("state")
        guard let state else { throw SourceDiagnostics(document.diagnostics) }
        let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return state.hasPrefix("/") ? state : "\(directory.isEmpty ? "." : directory)/\(state)"
    }
}
