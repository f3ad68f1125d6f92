import Analysis
public import DeviceKit
public import DeviceProfiles
public import Methods

/// A lab with everything that its description points to: profiles, stock solutions, tubing.
public struct LabDescription: Sendable {
    public let configuration: LabConfiguration
    /// By the name that device entries use, `vendor/model`.
    public let profiles: [String: DeviceProfile]
    public let model: LabModel
    /// What is not wrong enough to stop, but worth a look.
    public let warnings: [SourceDiagnostic]

    /// Loads a lab from its description file.
    ///
    /// - Parameter now: what the description says of the past must not lie behind it.
    /// - Throws: all findings of all files together, if one of them is an error.
    public init(contentsOf file: String, now: WrittenTime = .now) throws(SourceDiagnostics) {
        let text = try TextFile.read(file)
        let document = ConfigurationDocument(file: file, now: now)
        let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let configuration = LabConfiguration(
            parsing: text, directory: directory.isEmpty ? "." : directory, in: document)
        var findings = document.diagnostics
        // The tables are read even when the description cannot be used, so that one pass shows everything.
        let files =
            configuration.map { LabFiles($0, in: document) }
            ?? LabFiles(parsing: text, directory: directory, in: document)
        let isDry = configuration?.handlesLiquids == false
        let stocks = isDry ? StockTable.empty : files.readStocks(&findings)
        let graph = isDry ? TubingGraph.empty : files.readGraph(&findings)
        let profiles = files.readProfiles(&findings)
        if let configuration {
            findings += configuration.deviceFindings(profiles: profiles, in: document)
            findings += configuration.operatorFindings(graph: graph, in: document)
            if let graph, let stocks, !isDry {
                let rows = files.stockRows()
                let nodes = configuration.nodeFindings(
                    graph: graph, stocks: stocks, rows: rows, profiles: profiles, in: document)
                findings += nodes
                if !nodes.contains(where: { $0.severity == .error }) {
                    findings += configuration.routeFindings(
                        router: Router(graph), stocks: stocks, rows: rows, in: document)
                }
            }
        }
        guard let configuration, let stocks, let graph, !findings.contains(where: { $0.severity == .error }) else {
            throw SourceDiagnostics(findings)
        }
        do throws(FormulationError) {
            var model = try LabModel(
                address: configuration.location.address, machine: configuration.location.machine, table: stocks,
                router: Router(graph), handling: configuration.fluidics,
                syringes: configuration.syringes(profiles: profiles),
                cell: configuration.cell, conductivity: configuration.conductivity,
                electrolyte: configuration.electrolyte, transport: configuration.transport)
            model.densimeter = configuration.densimeter
            model.densimeter?.isStartedByHand = configuration.devices.contains { entry in
                entry.name == configuration.densimeter?.densimeter
                    && profiles[entry.profile].map(Laboratory.isStartedByHand) == true
            }
            model.density = configuration.density
            model.viscosity = configuration.viscosity
            self.model = model
        } catch {
            throw SourceDiagnostics([SourceDiagnostic(at: document.place(of: "chemistry.stocks"), "\(error)")])
        }
        self.configuration = configuration
        self.profiles = profiles
        self.warnings = SourceDiagnostics(findings).all
    }
}
