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
    /// Profiles that devices name, each once.
    var profiles: [String] = []

    init(_ configuration: LabConfiguration) {
        self.chemicals = configuration.chemicalsFile
        self.stocks = configuration.stocksFile
        self.nodes = configuration.nodesFile
        self.edges = configuration.edgesFile
        self.tubing = configuration.tubingFile
        self.profilesDirectory = configuration.profilesDirectory
        self.profiles = Self.unique(configuration.devices.map(\.profile))
    }

    /// As far as they are named in a description with errors, which are told elsewhere.
    init(parsing text: String, directory: String) {
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
            devices?.keys.compactMap { devices?.optionalSection($0)?.optionalText("profile") } ?? [])
    }

    /// Nil if there are errors; `findings` then has them.
    func readStocks(_ findings: inout [SourceDiagnostic]) -> StockTable? {
        let chemicalsText = Self.text(self.chemicals, &findings)
        let stocksText = Self.text(self.stocks, &findings)
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
        let texts = [self.nodes, self.edges, self.tubing].map { Self.text($0, &findings) }
        guard let nodes, let edges, let tubing, let nodesText = texts[0], let edgesText = texts[1],
            let tubingText = texts[2]
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
        for name in self.profiles {
            let path = "\(profilesDirectory)/\(name).yaml"
            guard let text = Self.text(path, &findings) else { continue }
            let document = ConfigurationDocument(file: path)
            let profile = DeviceProfile(parsing: text, in: document)
            findings += document.diagnostics
            if !document.diagnostics.contains(where: { $0.severity == .error }) { read[name] = profile }
        }
        return read
    }

    private static func text(_ path: String?, _ findings: inout [SourceDiagnostic]) -> String? {
        guard let path else { return nil }
        do throws(SourceDiagnostics) {
            return try TextFile.read(path)
        } catch {
            findings += error.all
            return nil
        }
    }

    private static func unique(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
