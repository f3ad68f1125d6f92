import Glibc

/// Finds the description of a lab that is called by its name.
public enum LabFile {
    /// The path of a lab's description.
    ///
    /// - Parameter name: a path, also that of a lab's folder, when it has a slash or ends in `.yaml`; otherwise the name of a folder of `labs`,
    ///   looked for in the current directory, then beside the executable, as built and as installed.
    /// - Throws: `NotFound` with the places that were looked at.
    public static func path(of name: String) throws(NotFound) -> String {
        let places = Self.places(for: name)
        guard let found = places.first(where: { access($0, R_OK) == 0 }) else {
            throw NotFound(name: name, places: places)
        }
        return found
    }

    public struct NotFound: Error, Sendable, Hashable, CustomStringConvertible {
        public let name: String
        public let places: [String]

        public var description: String {
            "no lab “\(self.name)”: there is no \(self.places.joined(separator: ", nor "))"
        }
    }

    /// The running program's file; nil where the system does not tell.
    public static var executable: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func places(for name: String) -> [String] {
        if name.hasSuffix(".yaml") { return [name] }
        if name.contains("/") { return ["\(name)/lab.yaml", name] }
        let inLabs = "labs/\(name)/lab.yaml"
        guard let folder = Self.executable?.split(separator: "/", omittingEmptySubsequences: false).dropLast() else {
            return [inLabs]
        }
        let beside = folder.joined(separator: "/")
        return [inLabs, "\(beside)/../../../\(inLabs)", "\(beside)/../share/edge-agent/\(inLabs)"]
    }
}
