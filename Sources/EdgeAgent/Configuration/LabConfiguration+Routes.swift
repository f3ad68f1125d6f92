import Analysis
import DeviceKit
import DeviceProfiles
import Methods

extension LabConfiguration {
    /// Ways that runs need and no setting of the valves opens. The nodes must have been found right before.
    ///
    /// - Parameter rows: of the table of stock solutions, by id.
    func routeFindings(
        router: Router, stocks: StockTable, rows: [String: CSVRow], in document: ConfigurationDocument
    ) -> [SourceDiagnostic] {
        var findings = LabFindings(document)
        let fluidics = self.fluidics
        let lead = { (from: String, to: String, via: [String]) -> String? in
            do throws(RoutingError) {
                _ = try router.route(from: from, to: to, via: via)
                return nil
            } catch {
                return "\(error)"
            }
        }
        for stock in stocks.stocks {
            let key = "stock solution \(stock.name)"
            let row = rows[stock.id]
            if let reason = lead(stock.reservoir, stock.pump, []) {
                findings.report("\(key), reservoir", reason, at: row?["reservoir"]?.position)
            }
            if let reason = lead(stock.pump, fluidics.waste, [])
                ?? lead(stock.pump, fluidics.sampleNode, [fluidics.mixer])
            {
                findings.report("\(key), pump", reason, at: row?["pump"]?.position)
            }
        }
        if let reason = lead(fluidics.solvent, fluidics.cleaningPump, []) {
            findings.report("fluidics.solvent", reason)
        }
        if let reason = lead(fluidics.cleaningPump, fluidics.waste, [fluidics.mixer]) {
            findings.report("fluidics.cleaning-pump", reason)
        }
        for (index, vial) in fluidics.vials.enumerated() {
            if let reason = lead(fluidics.sampleNode, vial, []) {
                findings.report("fluidics.vials.\(index)", reason)
            }
        }
        if let densimeter, let inlet = router.graph.cell(of: densimeter.instrument)?.start,
            let reason = lead(fluidics.sampleNode, inlet, []) ?? lead(fluidics.sampleNode, fluidics.waste, [inlet])
                ?? lead(fluidics.gas.source, fluidics.waste, [inlet])
        {
            findings.report("densimeter.instrument", reason)
        }
        guard let inlet = router.graph.cell(of: self.cell.instrument)?.start else { return findings.all }
        if let reason = lead(fluidics.sampleNode, inlet, []) ?? lead(fluidics.sampleNode, fluidics.waste, [inlet]) {
            findings.report("cell.instrument", reason)
        }
        if let reason = lead(fluidics.gas.source, fluidics.waste, [inlet]) {
            findings.report("fluidics.gas.source", reason)
        }
        return findings.all
    }
}
