import Analysis
import DeviceKit
import Protocols

/// What was really mixed, from the fill levels read back while the sample was primed and collected.
struct DosedSample: Sendable {
    let actual: ActualComposition
    let rating: MixtureRating
    /// Dosed volume by stock id.
    let doses: [String: Measured<VolumeDimension>]

    /// - Throws: if no liquid was dosed, or a pump without stock dosed some.
    init(_ run: PreparedRun, outcomes: [StepOutcome], in lab: LabModel) throws(RequestRefusal) {
        let stockOfPump = Dictionary(lab.table.stocks.map { ($0.pump, $0.id) }, uniquingKeysWith: { first, _ in first })
        var volumes: [String: Volume] = [:]
        for (step, outcome) in zip(run.plan.steps, outcomes) {
            guard case .moveSyringes(let dosing) = step.action, dosing.purpose.isMixture,
                case .dosed(let dosed) = outcome
            else { continue }
            for one in dosed {
                guard let stock = stockOfPump[one.pump] else {
                    throw RequestRefusal(.unservable, "pump \(one.pump) dosed into a sample but holds no stock")
                }
                volumes[stock, default: .zero] += one.volume
            }
        }
        let relative = lab.handling.doseUncertainty
        let doses = volumes.mapValues { Measured($0, uncertainty: $0 * relative) }
        let requested = Dictionary(run.requested.map { (InChIKey($0.key), $0.value) }, uniquingKeysWith: +)
        (self.actual, self.rating) = try RequestRefusal.wrap(.unservable, "the dosed volumes give no composition") {
            () throws(FormulationError) in
            let actual = try ActualComposition(doses: doses, using: lab.table)
            let rating = MixtureRating(
                requested: try Composition(amounts: requested), actual: actual.composition)
            return (actual, rating)
        }
        self.doses = doses
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
            guard let dose = self.doses[stock.id] else { return nil }
            return [
                "id": .string(stock.id), "name": .string(stock.name), "batch": .string(stock.batch),
                "volume_mL": .number(dose.value.in(.millilitre)),
                "volume_uncertainty_mL": .number(dose.uncertainty.in(.millilitre)),
            ]
        }
        return [
            "requested_formulation": .object(requested),
            "formulation_uncertainty": .object(uncertainties),
            "stocks": .array(stocks),
            "mixture_rating": .integer(Int64(self.rating.score)),
        ]
    }
}

extension Dosing.Purpose {
    /// Whether what is dosed becomes part of the sample.
    var isMixture: Bool { self == .prime || self == .collect }
}
