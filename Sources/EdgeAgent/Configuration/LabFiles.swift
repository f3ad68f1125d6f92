import Analysis
import DeviceKit
import DeviceProfiles

/// The files that a lab's description points to. Each is read as far as it can be, and tells what is wrong with it.
struct LabFiles {
    var chemicals: String?
    var stocks: String?
    var nodes: String?
    var edges: String?
    var tubing: String?
    var profilesDirectory: String?
    /// Profiles that devices name, each once, with the key that names it first.
    var profiles: [(name: String, key: String)] = []
    /// The description, where files that cannot be read are reported.
    private let document: ConfigurationDocument

    init(_ configuration: LabConfiguration, in document: ConfigurationDocument) {
        self.document = document
        self.chemicals = configuration.chemicalsFile
        self.stocks = configuration.stocksFile
        self.nodes = configuration.nodesFile
        self.edges = configuration.edgesFile
        self.tubing = configuration.tubingFile
        self.profilesDirectory = configuration.profilesDirectory
        self.profiles = Self.unique(configuration.devices.map { ($0.profile, "devices.\($0.name).profile") })
    }

    /// As far as they are named in a description with errors, which are told elsewhere.
    init(parsing text: String, directory: String, in document: ConfigurationDocument) {
        self.document = document
        guard let root = ConfigurationDocument(file: "").root(text) else { return }
        let path = { (text: String) in text.hasPrefix("/") ? text : "\(directory.isEmpty ? "." : directory)/\(text)" }
        let chemistry = root.optionalSection("chemistry")
        let fluidics = root.optionalSection("fluidics")
        let devices = root.optionalSection("devices")
        self.chemicals = chemistry?.optionalText("chemicals").map(path)
        self.stocks = chemistry?.optionalText("stocks").map(path)
        self.nodes = fluidics?.optionalText("nodes").map(path)
        self.edges = fluidics?.optionalText("edges").map(path)
        self.tubing = fluidics?.optionalText("tubing").map(path)
        self.profilesDirectory = root.optionalText("profiles").map(path)
        self.profiles = Self.unique(
            devices?.keys.compactMap { name in
                devices?.optionalSection(name)?.optionalText("profile").map { ($0, "devices.\(name).profile") }
            } ?? [])
    }

    /// Nil if there are errors; `findings` then has them.
    func readStocks(_ findings: inout [SourceDiagnostic]) -> StockTable? {
        let chemicalsText = self.text(self.chemicals, "chemistry.chemicals", &findings)
        let stocksText = self.text(self.stocks, "chemistry.stocks", &findings)
        guard let chemicals, let stocks, let chemicalsText, let stocksText else { return nil }
        do throws(SourceDiagnostics) {
            let table = try StockTable(
                chemicals: chemicalsText, chemicalsFile: chemicals, stocks: stocksText, stocksFile: stocks)
            findings += table.warnings
            return table
        } catch {
            findings += error.all
            return nil
        }
    }

    func readGraph(_ findings: inout [SourceDiagnostic]) -> TubingGraph? {
        let nodesText = self.text(self.nodes, "fluidics.nodes", &findings)
        let edgesText = self.text(self.edges, "fluidics.edges", &findings)
        let tubingText = self.text(self.tubing, "fluidics.tubing", &findings)
        guard let nodes, let edges, let tubing, let nodesText, let edgesText, let tubingText
        else { return nil }
        do throws(SourceDiagnostics) {
            let graph = try TubingGraph(
                nodes: CSVTable(nodesText, file: nodes), catalogue: CSVTable(edgesText, file: edges),
                tubing: CSVTable(tubingText, file: tubing))
            findings += graph.warnings
            return graph
        } catch {
            findings += error.all
            return nil
        }
    }

    /// By the name that devices use; those with errors are left out.
    func readProfiles(_ findings: inout [SourceDiagnostic]) -> [String: DeviceProfile] {
        guard let profilesDirectory else { return [:] }
        var read: [String: DeviceProfile] = [:]
        for (name, key) in self.profiles {
            let path = "\(profilesDirectory)/\(name).yaml"
            guard let text = self.text(path, key, &findings) else { continue }
            let document = ConfigurationDocument(file: path)
            let profile = DeviceProfile(parsing: text, in: document)
            findings += document.diagnostics
            if !document.diagnostics.contains(where: { $0.severity == .error }) { read[name] = profile }
        }
        return read
    }

    /// The rows of the table of stock solutions by their id, to point at. Faults of the table are not told again.
    func stockRows() -> [String: CSVRow] {
        var ignored: [SourceDiagnostic] = []
        guard let stocks, let text = self.text(self.stocks, "chemistry.stocks", &ignored) else { return [:] }
        return CSVTable(text, file: stocks).rows.reduce(into: [:]) { rows, row in
            if let id = row["id"]?.text { rows[id] = row }
        }
    }

    /// The text of a file, or a finding at the key that names it.
    private func text(_ path: String?, _ key: String, _ findings: inout [SourceDiagnostic]) -> String? {
        guard let path else { return nil }
        do throws(SourceDiagnostics) {
            return try TextFile.read(path)
        } catch {
            findings += error.all.map {
                SourceDiagnostic(at: self.document.place(of: key), "\(key): the file \(path) \($0.message)")
            }
            return nil
        }
    }

    private static func unique(_ profiles: [(name: String, key: String)]) -> [(name: String, key: String)] {
        profiles.reduce(into: []) { unique, profile in
            if !unique.contains(where: { $0.name == profile.name }) { unique.append(profile) }
        }
    }
}
