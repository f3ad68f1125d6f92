import DeviceKit
import Protocols
import Simulators

extension DemoReport {
    /// Largest relative deviation of a conductivity from what was true in the cell.
    static let conductivityLimit = 0.02
    /// Largest deviation of a density from what was true in the cell.
    static let densityLimit = Density(0.001, .gramPerCubicCentimetre)
    /// Largest relative deviation of a viscosity.
    static let viscosityLimit = 0.03
    /// What is rated so low is known to be doubtful.
    static let doubtfulRating: Int64 = 2
    /// Largest relative deviation of a salt fraction from what stood in the cell or vial.
    static let saltLimit = 0.01

    /// Puts together what the broker has, what the agent told, and what the world knows.
    ///
    /// - Parameter ids: of the requests at the broker, in their order.
    init(
        _ requests: [DemoRequest], ids: [String], state: CampaignState,
        atBroker: (requests: [RequestInfo], results: [ResultInfo]),
        world: WorldRecord, liquids: [String: WorldDescription.Liquid], wall: Duration, speed: Double
    ) {
        var samples: [Sample] = []
        var pending: [Pending] = []
        var complaints: [String] = []
        let results = Dictionary(grouping: atBroker.results) { $0.result.requestUUID.lowercased() }
        var lost = 0
        for (request, id) in zip(requests, ids) {
            let item = state.items.first { $0.id == id }
            if let result = results[id.lowercased()]?.first {
                let data = JSONValue.object(result.result.data)
                samples.append(
                    Sample(
                        request: request, requestID: id, resultID: result.uuid, seconds: item?.seconds, data: data,
                        truth: Self.truth(of: data, in: world, liquids: liquids)))
                continue
            }
            if item?.phase == .finished || item?.phase == .delivered { lost += 1 }
            switch item?.phase {
            case .failed(let reason): complaints.append("\(request.title) failed: \(reason)")
            case .leftAlone(let reason): pending.append(Pending(request: request, requestID: id, reason: reason))
            default: complaints.append("\(request.title) was not served")
            }
        }
        self.samples = samples
        self.pending = pending
        self.lost = lost
        self.duplicates = results.values.reduce(0) { $0 + $1.count - 1 }
        self.wall = wall
        self.speed = speed
        complaints += Self.complaints(samples) + Self.complaints(pending, atBroker.requests)
        if lost > 0 { complaints.append("\(lost) results were lost") }
        if self.duplicates > 0 { complaints.append("\(self.duplicates) results were delivered more than once") }
        self.complaints = complaints + world.accidents.map { "in the lab: \($0)" }
    }

    /// What the world says of that which a result is about.
    static func truth(
        of data: JSONValue, in world: WorldRecord, liquids: [String: WorldDescription.Liquid]
    ) -> SampleTruth? {
        if let vial = data["electrolyte"]?["location"]?["detail_2"]?.string {
            return world.truth(ofVial: vial, liquids: liquids)
        }
        // The densimeter's own name of the measurement is that of its raw file.
        if data["density"] != nil, let path = data["details"]?["raw_files"]?.array?.first?["path"]?.string {
            return world.truth(ofMeasurement: String(path.split(separator: "/").last?.prefix { $0 != "_" } ?? ""))
        }
        return world.truth(ofSample: data["run_info"]?["internal_reference"]?.string ?? "")
    }

    private static func complaints(_ samples: [Sample]) -> [String] {
        samples.flatMap { sample -> [String] in
            var complaints: [String] = []
            let title = sample.request.title
            if !sample.request.isReachable { complaints.append("\(title) was served, but is out of reach") }
            guard sample.truth != nil else { return complaints + ["\(title): the world knows of no such sample"] }
            if sample.request.quantity == "conductivity" {
                let deviation = sample.conductivityDeviation ?? .infinity
                if !(abs(deviation) <= Self.conductivityLimit) {
                    complaints.append("\(title): the conductivity is off by \((deviation * 100).fixed(2)) %")
                }
            }
            complaints += Self.fluidComplaints(sample)
            let deviation = sample.saltDeviation ?? .infinity
            if !(abs(deviation) <= Self.saltLimit) {
                complaints.append("\(title): the salt fraction is off by \((deviation * 100).fixed(2)) %")
            }
            return complaints
        }
    }

    /// A result that is off is none to complain of when its rating says so.
    static func fluidComplaints(_ sample: Sample) -> [String] {
        guard ["density", "viscosity"].contains(sample.request.quantity),
            (sample.rating ?? 0) > Self.doubtfulRating
        else { return [] }
        var complaints: [String] = []
        let title = sample.request.title
        let density = sample.densityDeviation ?? Density(si: .infinity)
        if !(density.magnitude <= Self.densityLimit) { complaints.append("\(title): the density is off by \(density)") }
        let viscosity = sample.viscosityDeviation ?? .infinity
        if !(abs(viscosity) <= Self.viscosityLimit) {
            complaints.append("\(title): the viscosity is off by \((viscosity * 100).fixed(2)) %")
        }
        return complaints
    }

    private static func complaints(_ pending: [Pending], _ atBroker: [RequestInfo]) -> [String] {
        pending.flatMap { one -> [String] in
            var complaints: [String] = []
            if one.request.isReachable { complaints.append("\(one.request.title) was left alone: \(one.reason)") }
            if let status = atBroker.first(where: { $0.uuid == one.requestID })?.status, status != .pending {
                complaints.append("\(one.request.title) is \(status.rawValue) at the broker, not pending")
            }
            return complaints
        }
    }
}

extension CampaignState.Item {
    /// Wall time from taking the request to the safe result.
    fileprivate var seconds: Double? {
        guard let taken, let finished else { return nil }
        return (finished - taken) / .seconds(1)
    }
}
