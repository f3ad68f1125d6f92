import Protocols

/// Repeats of one quantity with how far they can be believed: 5 (best) to 0, with the reasons for each point taken off.
struct RepeatedValue: Sendable, Hashable {
    /// Of the repeats that the instrument calls valid, in the unit of the result.
    let values: [Double]
    let mean: Double?
    /// Of the mean, standard; the scatter of the repeats and the instrument's own.
    let uncertainty: Double?
    let rating: Int
    let reasons: [String]

    /// - Parameters:
    ///   - repeats: each with the instrument's word for it; nil for one that is not valid.
    ///   - own: standard uncertainty of the instrument, in the values' unit.
    ///   - scatter: standard deviations above which the repeats are worth 3 at most, and 1 at most.
    ///   - doubts: what else speaks against them, with the rating that is left.
    init(
        _ repeats: [(value: Double?, condition: String)], own: Double, scatter: (doubtful: Double, poor: Double),
        doubts: [(rating: Int, reason: String)]
    ) {
        let values = repeats.compactMap(\.value)
        self.values = values
        var limits: [(rating: Int, reason: String)] = doubts
        if values.count < repeats.count || values.isEmpty {
            let words = Set(repeats.filter { $0.value == nil }.map { $0.condition.isEmpty ? "no word" : $0.condition })
            let share = repeats.isEmpty ? 0 : Double(values.count) / Double(repeats.count)
            limits.append(
                (
                    Int((share * 5).rounded(.down)),
                    "\(repeats.count - values.count) of \(repeats.count) repeats are not valid: "
                        + words.sorted().joined(separator: ", ")
                ))
        }
        guard !values.isEmpty else {
            self.mean = nil
            self.uncertainty = nil
            self.rating = 0
            self.reasons = limits.map(\.reason)
            return
        }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : 0
        if deviation > scatter.doubtful {
            limits.append(
                (deviation > scatter.poor ? 1 : 3, "the repeats scatter by \(deviation) (standard deviation)"))
        }
        self.mean = mean
        self.uncertainty = (own * own + deviation * deviation / count).squareRoot()
        self.rating = max(0, min(5, limits.map(\.rating).min() ?? 5))
        self.reasons = limits.map(\.reason)
    }

    /// The broker's output of one quantity.
    ///
    /// - Parameter mixture: rating of what was mixed, which nothing measured in it can exceed.
    func output(temperature: Double, mixture: Int) -> JSONValue {
        [
            "values": .array(self.values.map(JSONValue.number)), "temperature": .number(temperature),
            "meta": [
                "success": .bool(!self.values.isEmpty), "rating": .integer(Int64(min(self.rating, mixture))),
            ],
        ]
    }

    /// What the broker's schema has no words for. Keys end with `unit`.
    func details(unit: String) -> JSONValue {
        var object = JSONObject()
        object["mean_\(unit)"] = self.mean.map(JSONValue.number) ?? .null
        object["uncertainty_\(unit)"] = self.uncertainty.map(JSONValue.number) ?? .null
        object["rated_down_because"] = .array(self.reasons.map(JSONValue.string))
        return .object(object)
    }
}
