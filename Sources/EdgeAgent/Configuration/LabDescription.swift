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
    /// - Throws: all findings of all files together, if one of them is an error.
    public init(contentsOf file: String) throws(SourceDiagnostics) {
        var findings: [SourceDiagnostic] = []
        let document = ConfigurationDocument(file: file)
        let directory = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let configuration = LabConfiguration(
            parsing: try TextFile.read(file), directory: directory.isEmpty ? "." : directory, in: document)
        findings += document.diagnostics
        guard let configuration else { throw SourceDiagnostics(findings) }

        var profiles: [String: DeviceProfile] = [:]
        for entry in configuration.devices where profiles[entry.profile] == nil {
            do throws(SourceDiagnostics) {
                profiles[entry.profile] = try Self.profile(entry.profile, for: configuration, in: file)
            } catch {
                findings += error.all
            }
        }
        findings += configuration.deviceFindings(profiles: profiles, file: file)

        var stocks: StockTable?
        do throws(SourceDiagnostics) {
            stocks = try StockTable(
                chemicals: TextFile.read(configuration.chemicalsFile), chemicalsFile: configuration.chemicalsFile,
                stocks: TextFile.read(configuration.stocksFile), stocksFile: configuration.stocksFile)
        } catch {
            findings += error.all
        }
        var graph: TubingGraph?
        do throws(SourceDiagnostics) {
            graph = try TubingGraph(
                nodes: CSVTable(TextFile.read(configuration.nodesFile), file: configuration.nodesFile),
                catalogue: CSVTable(TextFile.read(configuration.edgesFile), file: configuration.edgesFile),
                tubing: CSVTable(TextFile.read(configuration.tubingFile), file: configuration.tubingFile))
        } catch {
            findings += error.all
        }
        guard let stocks, let graph else { throw SourceDiagnostics(findings) }
        findings += configuration.nodeFindings(graph: graph, stocks: stocks, file: file)
        guard !findings.contains(where: { $0.severity == .error }) else { throw SourceDiagnostics(findings) }

        do throws(FormulationError) {
            self.model = try LabModel(
                address: configuration.location.address, machine: configuration.location.machine, table: stocks,
                router: Router(graph), handling: configuration.fluidics, syringes: configuration.syringes,
                cell: configuration.cell, conductivity: configuration.conductivity,
                electrolyte: configuration.electrolyte)
        } catch {
            throw SourceDiagnostics([
                SourceDiagnostic(file: configuration.stocksFile, line: 1, column: 1, message: "\(error)")
            ])
        }
        self.configuration = configuration
        self.profiles = profiles
        self.warnings = findings + stocks.warnings + graph.warnings
    }

    private static func profile(
        _ name: String, for configuration: LabConfiguration, in file: String
    ) throws(SourceDiagnostics) -> DeviceProfile {
        let path = "\(configuration.profilesDirectory)/\(name).yaml"
        let document = ConfigurationDocument(file: path)
        guard let profile = DeviceProfile(parsing: try TextFile.read(path), in: document),
            !document.diagnostics.contains(where: { $0.severity == .error })
        else { throw SourceDiagnostics(document.diagnostics) }
        return profile
    }
}
