public import DeviceKit
import Protocols

/// The line that all vials behind one valve are filled through, from the node where the mixture branches off to that valve.
/// It can be weighed; what lies behind the valve, a channel and a tube for each vial, cannot.
public struct VialLine: Sendable, Hashable {
    /// As calibrations name it, `V7.0 to V10.0`.
    public let subject: String
    public internal(set) var vials: [String]
    /// By the tubing's table.
    public let described: Volume
    let nodes: [String]
    /// Labels of its channels and tubes.
    let edges: [String]
    /// The newest weighing that was passed, used however old it is; nil before there is one, and where the tubes are others
    /// since.
    public internal(set) var weighing: CalibrationRecord?
    /// A newer one that was not passed.
    public internal(set) var failed: CalibrationRecord?
    /// When the tubes were weighed that are others now.
    var replaced: String?

    /// How much it holds: as weighed, otherwise by the table.
    public var volume: Volume { self.weighing?.value.map { Volume($0, .millilitre) } ?? self.described }

    /// What is known of it, in words; nil if it was never weighed.
    var words: String? {
        guard let weighing, let uncertainty = weighing.uncertainty else { return nil }
        return
            "the line \(self.subject) holds \(self.volume.rounded) ± \(Volume(uncertainty, .millilitre).rounded), weighed "
            + "on \(weighing.determined) (\(self.described.rounded) by the tubing's table)"
    }

    /// As results show it; nil where nothing is known or doubted.
    func report(doubt: String?) -> JSONValue? {
        guard self.weighing != nil || doubt != nil else { return nil }
        return [
            "line": .string(self.subject), "used_mL": .number(self.volume.in(.millilitre)),
            "by_table_mL": .number(self.described.in(.millilitre)),
            "uncertainty_mL": self.weighing?.uncertainty.map(JSONValue.number) ?? .null,
            "determined": self.weighing.map { .string($0.determined) } ?? .null,
            "calibration": self.weighing.map { .string($0.id) } ?? .null,
            "doubt": doubt.map(JSONValue.string) ?? .null,
        ]
    }

    /// Why its volume is doubted, in words; nil if it is not.
    func doubt(on day: String, maximumAge: Duration?) -> String? {
        if let failed { return "the line \(self.subject) did not pass its weighing of \(failed.determined)" }
        if let replaced { return "the line \(self.subject) has other tubes than when it was weighed on \(replaced)" }
        guard let maximumAge else { return nil }
        guard let weighing else { return "the line \(self.subject) was never weighed" }
        guard let age = CalendarDay.days(from: weighing.determined, to: day), .seconds(86_400) * age > maximumAge
        else { return nil }
        return "the weighing of the line \(self.subject) is \(age) days old, its limit is "
            + "\(Int(maximumAge / .seconds(86_400))) days; it is used all the same"
    }

    /// Whether something that goes along `route` goes through it, or a part of it.
    func isPassed(by route: [String]) -> Bool {
        let own = Set(zip(self.nodes, self.nodes.dropFirst()).flatMap { ["\($0)/\($1)", "\($1)/\($0)"] })
        return zip(route, route.dropFirst()).contains { own.contains("\($0)/\($1)") }
    }

    mutating func note(_ record: CalibrationRecord) {
        // Of other tubes than are there now.
        guard let then = record.described, abs(then / self.described.in(.millilitre) - 1) < 1e-6 else {
            if record.isPassed { self.replaced = record.determined }
            return
        }
        self.failed = record.isPassed ? nil : record
        if record.isPassed { (self.weighing, self.replaced) = (record, nil) }
    }
}

extension Volume {
    /// To a tenth of a microlitre.
    fileprivate var rounded: Volume { Volume((self.in(.millilitre) * 1e4).rounded() / 1e4, .millilitre) }
}
