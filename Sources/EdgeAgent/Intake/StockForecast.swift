import Analysis
import DeviceKit
import Methods
import Protocols

/// A bottle that will not suffice for all requests that wait.
public struct ForeseenShortage: Sendable, Hashable, Codable {
    /// Node of the bottle.
    public var node: String
    /// `Reservoir6 (EMC, lot EX-24)`.
    public var place: String
    /// The first request that it does not suffice for.
    public var request: String
    public var quantity: String
    public var method: String
    /// How many requests are served before that one.
    public var before: Int
    /// What the bottle and the syringe filled from it give when it would begin.
    public var left_mL: Double
    /// What it takes.
    public var needed_mL: Double
    /// What all requests that wait draw from the bottle.
    public var drawn_mL: Double
    /// How many requests that is.
    public var waiting: Int

    public var words: String {
        let turn = self.before == 0 ? "" : ", after \(self.before) that come before it,"
        return
            "\(self.place) will not suffice for \(self.quantity)/\(self.method) of request \(self.request): it gives "
            + "\(Self.millilitres(self.left_mL))\(turn) and \(Self.millilitres(self.needed_mL)) are needed; "
            + "all \(self.waiting) that wait draw \(Self.millilitres(self.drawn_mL))"
    }

    private static func millilitres(_ number: Double) -> Volume { Volume((number * 100).rounded() / 100, .millilitre) }
}

/// Plays through the requests that wait, one after the other, as they would be served, on what stands where now. A bottle that
/// runs short is noted, and counts as refilled from then on.
struct StockForecast {
    struct Waiting: Sendable {
        var request: String
        var method: any Method
        var parameters: JSONValue
        var temperature: Measured<TemperatureDimension>
        var temperatureAge: Duration
    }

    /// In the order in which they come.
    private(set) var shortages: [ForeseenShortage] = []
    private let lab: LabModel
    private let day: String
    private var fluid: FluidState
    private var drawn: [String: Volume] = [:]
    private var served = 0

    /// - Parameters:
    ///   - waiting: in the order in which they are served.
    ///   - day: ISO date.
    init(of waiting: [Waiting], in lab: LabModel, holding fluid: FluidState, on day: String) {
        self.lab = lab
        self.day = day
        self.fluid = fluid
        var left = waiting[...]
        while let first = left.popFirst() {
            guard let run = self.serve(first, from: nil) else { continue }
            // Those that wait for the same sample are served before anything is rinsed.
            let sample = StandingSample(run)
            let isLike = { (one: Waiting) in lab.requestedSample(one.parameters).map(sample.covers) ?? false }
            let others = isLike(first) ? left.filter(isLike) : []
            left.removeAll { one in others.contains { $0.request == one.request } }
            let cleanups = [run.cleanup] + others.compactMap { self.serve($0, from: sample)?.cleanup }
            for cleanup in cleanups { self.follow(cleanup) }
        }
        self.shortages = self.shortages.map { shortage in
            var shortage = shortage
            shortage.drawn_mL = (self.drawn[shortage.node] ?? .zero).in(.millilitre)
            shortage.waiting = self.served
            return shortage
        }
    }

    /// - Returns: nil for a request that is left alone for another reason.
    private mutating func serve(_ one: Waiting, from standing: StandingSample?) -> PreparedRun? {
        self.exchangeVials()
        // Each bottle runs short once at most, and some plan may take another recipe then.
        for _ in 0...self.lab.table.stocks.count + 1 {
            do throws(RequestRefusal) {
                let run = try one.method.prepare(
                    one.parameters,
                    sample: SampleIdentity(
                        request: one.request, id: standing?.id ?? one.request, date: standing?.date ?? self.day),
                    in: LabSituation(
                        fluid: self.fluid, cellTemperature: one.temperature, temperatureAge: one.temperatureAge,
                        standing: standing))
                self.follow(run.plan)
                self.served += 1
                return run
            } catch {
                guard !error.shortages.isEmpty else { return nil }
                for shortage in error.shortages { self.note(shortage, of: one) }
            }
        }
        return nil
    }

    private mutating func note(_ shortage: StockShortage, of one: Waiting) {
        if !self.shortages.contains(where: { $0.node == shortage.node }) {
            self.shortages.append(
                ForeseenShortage(
                    node: shortage.node, place: shortage.place, request: one.request, quantity: one.method.quantity,
                    method: one.method.name, before: self.served, left_mL: shortage.left.in(.millilitre),
                    needed_mL: shortage.needed.in(.millilitre), drawn_mL: 0, waiting: 0))
        }
        guard let liquid = self.lab.ownLiquid(of: shortage.node) else { return }
        try? self.fluid.set(shortage.node, to: .init(FluidPortion(liquid, volume: Volume(100, .litre))))
    }

    /// People put empty vials there; that is another matter.
    private mutating func exchangeVials() {
        let vials = self.lab.handling.vials
        guard vials.allSatisfy({ (self.fluid.vessels[$0]?.content.liquidVolume ?? .zero) > .zero }) else { return }
        for vial in vials { try? self.fluid.set(vial, to: .init(capacity: self.lab.handling.vialVolume)) }
    }

    private mutating func follow(_ plan: Plan) {
        for step in plan.steps {
            // What the planner has just moved through the same tubes can be moved.
            try? self.fluid.apply(step.action, StepOutcome(asPlanned: step.action), through: self.lab.router)
        }
        self.drawn.merge(plan.consumption, uniquingKeysWith: +)
    }
}
