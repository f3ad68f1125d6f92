import Analysis
import Methods
import Protocols
import Store

extension Journal {
    /// Which liquid stands where, as of the last step; as first described where there was none.
    func fluid(of lab: LabModel) async throws -> FluidState {
        guard let kept = try await self.stock(RunEngine.fluidKey) else { return try FluidState.asDescribed(lab) }
        guard let fluid = try? kept.value.decode(FluidState.self) else {
            throw OperatorError(.badData, "what stands in the tubes is kept in a form that this version cannot read")
        }
        return try fluid.fitting(lab)
    }

    private static let lotPrefix = "lot "

    /// The lots that were filled into bottles, in the order in which that was said: their ids grow.
    func lots() async throws -> [StockLot] {
        try await self.allStock().filter { $0.key.hasPrefix(Self.lotPrefix) }.map { kept in
            guard let lot = try? kept.value.decode(StockLot.self) else {
                throw OperatorError(.badData, "\(kept.key) is kept in a form that this version cannot read")
            }
            return lot
        }
    }

    /// The lab with the lots that stand in its bottles now.
    func lab(_ described: LabModel) async throws -> LabModel {
        try await LabMemory(self).lab(described)
    }

    /// Corrects what is kept while no agent runs.
    func correct(
        _ correction: StockCorrection, in lab: LabModel, by person: String,
        answering prompt: (id: UUIDv7, answer: JSONValue)? = nil
    ) async throws -> StockCorrectionReport {
        let lab = try correction.loading(into: lab)
        let before = try await self.fluid(of: lab)
        let after = try correction.applied(to: before, of: lab)
        return try await self.keep(
            after, by: correction, after: before, in: lab, person: person, answering: prompt)
    }

    /// Commits corrected liquids together with who corrected them, and what stood there before.
    func keep(
        _ fluid: FluidState, by correction: StockCorrection, after before: FluidState, in lab: LabModel, person: String,
        answering prompt: (id: UUIDv7, answer: JSONValue)? = nil
    ) async throws -> StockCorrectionReport {
        guard let old = StockPlace(correction.node, in: before, of: lab),
            let new = StockPlace(correction.node, in: fluid, of: lab)
        else { throw OperatorError(.badData, "the lab has no vessel \(correction.node); see `edge-agent stock`") }
        var changes = [StockChange(key: RunEngine.fluidKey, value: try JSONValue(kept: fluid))]
        if let lot = correction.lot {
            changes.append(
                StockChange(key: Self.lotPrefix + lot.id, value: try JSONValue(kept: lot), expectedRevision: 0))
        }
        try await self.setStock(
            changes, by: person, act: correction.act,
            detail: [
                "node": .string(correction.node), "before": JSONValue(encoding: old), "after": JSONValue(encoding: new),
            ], answering: prompt)
        return StockCorrectionReport(before: old, after: new)
    }
}
