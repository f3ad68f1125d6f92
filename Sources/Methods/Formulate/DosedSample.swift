public import Analysis
import DeviceKit
import Protocols

/// What was really mixed: the content of the cell or the vial by the volumes that were really moved.
struct DosedSample: Sendable {
    let actual: ActualComposition
    let rating: MixtureRating
    /// Dosed into the mixture, by stock id: what was collected, and what went into the waste before to flush the lines.
    let collected: [String: Volume]
    let primed: [String: Volume]
    /// Volume fractions of what should not be in it, such as solvent; a sample with any is rated 0.
    let foreign: [String: Double]

    /// Volume fractions of the lots of stock solutions, by their ids.
    let lots: [String: Double]

    /// - Parameter content: volume fractions by lot of what stands in the cell or the vial.
    /// - Throws: if no stock solution is in it.
    init(
        _ run: PreparedRun, content: [String: Double], outcomes: [StepOutcome], in lab: LabModel
    ) throws(RequestRefusal) {
        self.collected = try Self.volumes(.collect, run, outcomes, in: lab)
        self.primed = try Self.volumes(.prime, run, outcomes, in: lab)
        let foreign = content.filter { lab.table.stockID(ofLot: $0.key) == nil && $0.value > 1e-3 }
        let lots = content.filter { lab.table.stockID(ofLot: $0.key) != nil }
        self.foreign = foreign
        self.lots = lots
        // The uncertainty of each share is that of its pump's doses; the whole is what was collected.
        // Of a sample that stands in its cell already nothing was collected; only the shares count then.
        let dosed = self.collected.values.reduce(Volume.zero, +)
        let total = dosed > .zero ? dosed : Volume(1, .millilitre)
        let doses = lots.mapValues { fraction in
            Measured(total * fraction, uncertainty: total * fraction * lab.handling.doseUncertainty)
        }
        let requested = Dictionary(run.requested.map { (InChIKey($0.key), $0.value) }, uniquingKeysWith: +)
        (self.actual, self.rating) = try RequestRefusal.wrap(.unservable, "the dosed volumes give no composition") {
            () throws(FormulationError) in
            let actual = try ActualComposition(doses: doses, using: lab.table.byLot)
            let rating = MixtureRating(
                requested: try Composition(amounts: requested), actual: actual.composition)
            return (actual, foreign.isEmpty ? rating : MixtureRating(relativeError: 1))
        }
    }

    /// The broker's `RunInfo`.
    func runInfo(_ run: PreparedRun, location: JSONValue? = nil, in lab: LabModel) -> JSONValue {
        var formulationInfo: JSONObject = [
            "name": .string(run.sample.id), "uuid": .string(run.sample.id),
            "preparation_date": .string(run.sample.date), "batch": .string(run.sample.request),
        ]
        if let location { formulationInfo["location"] = location }
        var chemicals = JSONObject()
        for chemical in lab.table.chemicals where self.actual.composition[chemical.inchiKey] > 0 {
            chemicals[chemical.inchiKey.text] = chemical.info
        }
        return [
            "formulation": self.actual.composition.json(using: lab.table),
            "internal_reference": .string(run.sample.id),
            "formulation_info": .object(formulationInfo),
            "chemicals_info": .object(chemicals),
        ]
    }

    /// What the broker's schema has no words for: uncertainties, doses, lots.
    func details(_ run: PreparedRun, in lab: LabModel) -> JSONObject {
        var uncertainties = JSONObject()
        for key in self.actual.fractions.keys.sorted() {
            uncertainties[key.text] = .number(self.actual.fractions[key]?.uncertainty ?? 0)
        }
        var requested = JSONObject()
        for key in run.requested.keys.sorted() { requested[key] = .number(run.requested[key] ?? 0) }
        let stocks = lab.table.stocks.compactMap { stock -> JSONValue? in
            guard let collected = self.collected[stock.id] else { return nil }
            return [
                "id": .string(stock.id), "name": .string(stock.name), "lots": self.lots(of: stock, in: lab),
                "collected_mL": .number(collected.in(.millilitre)),
                "collected_uncertainty_mL": .number(collected.in(.millilitre) * lab.handling.doseUncertainty),
                "primed_mL": .number((self.primed[stock.id] ?? .zero).in(.millilitre)),
            ]
        }
        var details: JSONObject = [
            "requested_formulation": .object(requested),
            "formulation_uncertainty": .object(uncertainties),
            "stocks": .array(stocks),
            "mixture_rating": .integer(Int64(self.rating.score)),
            "foreign_volume_fractions": .object(
                self.foreign.keys.sorted().reduce(into: JSONObject()) { $0[$1] = .number(self.foreign[$1] ?? 0) }),
        ]
        let lines = lab.vialLines(passedBy: run.plan.steps).compactMap { line in
            line.report(doubt: lab.doubt(of: line, on: run.sample.date))
        }
        if !lines.isEmpty { details["line_volumes"] = .array(lines) }
        return details
    }

    /// Which lots of a stock solution are in the sample, and how much of the stock solution each is.
    private func lots(of stock: StockSolution, in lab: LabModel) -> JSONValue {
        let own = self.lots.filter { lab.table.stockID(ofLot: $0.key) == stock.id }
        let total = own.values.reduce(0, +)
        return .array(
            own.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { id, fraction in
                [
                    "id": .string(id), "batch": .string(lab.table.batch(ofLot: id) ?? ""),
                    "fraction": .number(total > 0 ? fraction / total : 0),
                ]
            })
    }

    private static func volumes(
        _ purpose: Dosing.Purpose, _ run: PreparedRun, _ outcomes: [StepOutcome], in lab: LabModel
    ) throws(RequestRefusal) -> [String: Volume] {
        let stockOfPump = Dictionary(lab.table.stocks.map { ($0.pump, $0.id) }, uniquingKeysWith: { first, _ in first })
        var volumes: [String: Volume] = [:]
        for (step, outcome) in zip(run.plan.steps, outcomes) {
            guard case .moveSyringes(let dosing) = step.action, dosing.purpose == purpose,
                case .dosed(let dosed) = outcome
            else { continue }
            for one in dosed {
                guard let stock = stockOfPump[one.pump] else {
                    throw RequestRefusal(.unservable, "pump \(one.pump) dosed into a sample but holds no stock")
                }
                volumes[stock, default: .zero] += one.volume
            }
        }
        return volumes
    }
}

extension Liquid {
    /// Volume fractions as outcomes keep them.
    public var shares: [String: Double] {
        Dictionary(self.fractions.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: +)
    }
}
