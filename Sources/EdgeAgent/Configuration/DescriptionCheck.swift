public import DeviceKit
import DeviceProfiles
import Glibc
import Methods
public import Protocols

/// What is wrong in descriptions: of labs, with every file that they name, and of device models.
public struct DescriptionCheck: Sendable {
    /// Folders within folders are looked into so deep.
    private static let deepest = 8

    /// One description, and what was found in it and in the files that it names.
    public struct Checked: Sendable, Hashable {
        public var file: String
        /// What it describes in a few words; nil where it cannot be used.
        public var contents: String?
        public var findings: [SourceDiagnostic]
    }

    public private(set) var checked: [Checked] = []

    public var findings: [SourceDiagnostic] { self.checked.flatMap(\.findings) }
    public var errorCount: Int { self.findings.count { $0.severity == .error } }

    /// Checks files, and in folders all that are descriptions. Nothing is opened or moved.
    public init(_ paths: [String]) {
        for path in paths {
            if let names = Self.contents(of: path) {
                self.checkFolder(path, names, depth: 0)
            } else {
                self.check(path, isNamed: true)
            }
        }
        guard self.checked.isEmpty else { return }
        self.checked = paths.map {
            let finding = SourceDiagnostic(
                file: $0, line: 1, column: 1, message: "there is no description in this folder")
            return Checked(file: $0, contents: nil, findings: [finding])
        }
    }

    /// The JSON Schema of device profiles.
    public static var profileSchema: JSONValue { DeviceProfile.schema }

    private mutating func checkFolder(_ folder: String, _ names: [String], depth: Int) {
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            if let inner = Self.contents(of: path) {
                if depth < Self.deepest { self.checkFolder(path, inner, depth: depth + 1) }
            } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
                self.check(path, isNamed: false)
            }
        }
    }

    /// - Parameter isNamed: whether somebody said that this file is a description.
    private mutating func check(_ path: String, isNamed: Bool) {
        do throws(SourceDiagnostics) {
            let text = try TextFile.read(path)
            switch text.split(whereSeparator: \.isNewline).first(where: { $0.first?.isLetter == true })?.prefix(8) {
            case .some("profile:"): self.checkProfile(path, text)
            case .some(let key) where key.hasPrefix("lab:") || isNamed: try self.checkLab(path)
            case nil where isNamed: try self.checkLab(path)
            default: return
            }
        } catch {
            self.checked.append(Checked(file: path, contents: nil, findings: error.all))
        }
    }

    private mutating func checkLab(_ path: String) throws(SourceDiagnostics) {
        let lab = try LabDescription(contentsOf: path)
        let methods = lab.model.methods.map { "\($0.quantity)/\($0.name)" }.joined(separator: ", ")
        let contents = "lab \(lab.configuration.name): \(lab.configuration.devices.count) devices, offers \(methods)"
        self.checked.append(Checked(file: path, contents: contents, findings: lab.warnings))
    }

    private mutating func checkProfile(_ path: String, _ text: String) {
        let document = ConfigurationDocument(file: path)
        let profile = DeviceProfile(parsing: text, in: document)
        if let profile, !Laboratory.hasDriver(profile) {
            document.report(
                "driver: there is none called “\(profile.driver)” for a \(profile.family.rawValue); this program has "
                    + Laboratory.drivers, key: "driver")
        }
        self.checked.append(
            Checked(file: path, contents: profile?.contents, findings: SourceDiagnostics(document.diagnostics).all))
    }

    /// The names in a folder, sorted; nil for what is none.
    private static func contents(of path: String) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

extension DeviceProfile {
    /// What the profile describes, in a few words.
    fileprivate var contents: String {
        let counts = self.isGeneric ? ", \(self.states.count) states, \(self.actions.count) actions" : ""
        let verification = self.verification.map { "tried on firmware \($0.firmware)" } ?? "not tried on hardware"
        return "\(self.vendor) \(self.model): \(self.family.rawValue)\(counts), \(verification)"
    }
}
