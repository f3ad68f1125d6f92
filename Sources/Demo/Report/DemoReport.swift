import DeviceKit
public import Protocols
import Simulators

/// What a demonstration came to: what was measured beside what was true, and what became of every request.
public struct DemoReport: Sendable {
    struct Sample: Sendable {
        let request: DemoRequest
        let requestID: String
        let resultID: String
        /// Wall time from taking the request to the safe result; nil if the agent did not tell.
        let seconds: Double?
        let data: JSONValue
        let truth: SampleTruth?
    }

    struct Pending: Sendable {
        let request: DemoRequest
        let requestID: String
        let reason: String
    }

    /// In the order in which they were asked for.
    let samples: [Sample]
    let pending: [Pending]
    /// Finished runs whose request has no result at the broker.
    let lost: Int
    /// Results beyond one per request.
    let duplicates: Int
    /// Requests that failed, accidents in the simulated world, and what else is not as it should be.
    let complaints: [String]
    let wall: Duration
    let speed: Double
    /// File of the plot.
    public internal(set) var plot: String?
    /// Folder that was kept because something is not as it should be.
    public internal(set) var keptIn: String?

    /// Whether all was delivered, right, and once.
    public var isGood: Bool { self.complaints.isEmpty }

    /// The object that `edge-agent demo --json` prints.
    public var json: JSONValue {
        [
            "results": .array(
                self.samples.map { sample in
                    [
                        "quantity": .string(sample.request.quantity), "method": .string(sample.request.method),
                        "request_uuid": .string(sample.requestID), "result_uuid": .string(sample.resultID),
                        "seconds": sample.seconds.map(JSONValue.number) ?? .null, "data": sample.data,
                        "truth": sample.truth?.json ?? .null,
                    ]
                }),
            "pending": .array(
                self.pending.map { pending in
                    [
                        "quantity": .string(pending.request.quantity), "method": .string(pending.request.method),
                        "request_uuid": .string(pending.requestID), "reason": .string(pending.reason),
                    ]
                }),
            "lost": .integer(Int64(self.lost)), "duplicates": .integer(Int64(self.duplicates)),
        ]
    }
}

extension DemoReport.Sample {
    /// What a person compares. The uncertainty is standard.
    var conductivity: Measured<ConductivityDimension>? {
        guard let values = self.data["conductivity"]?["values"]?.array?.compactMap(\.double), !values.isEmpty else {
            return nil
        }
        let mean = values.reduce(0, +) / Double(values.count)
        let uncertainty = self.data["details"]?["conductivity"]?["uncertainty_S_per_m"]?.double ?? 0
        return Measured(
            Conductivity(mean, .siemensPerMetre), uncertainty: Conductivity(uncertainty, .siemensPerMetre))
    }

    var temperature: Double? { self.data[self.request.quantity]?["temperature"]?.double }

    var rating: Int64? { self.data[self.request.quantity]?["meta"]?["rating"]?.integer }

    /// Mean of the valid repeats, in the unit of the result.
    func mean(_ quantity: String) -> Double? {
        guard let values = self.data[quantity]?["values"]?.array?.compactMap(\.double), !values.isEmpty else {
            return nil
        }
        return values.reduce(0, +) / Double(values.count)
    }

    var densityDeviation: Density? {
        guard let mean = self.mean("density"), let truth = self.truth?.density else { return nil }
        return Density(mean, .gramPerCubicCentimetre) - truth
    }

    /// Relative.
    var viscosityDeviation: Double? {
        guard let mean = self.mean("viscosity"), let truth = self.truth?.viscosity, truth > .zero else { return nil }
        return Viscosity(mean, .millipascalSecond) / truth - 1
    }

    /// As reported, by InChIKey.
    var formulation: [String: Double] {
        var fractions: [String: Double] = [:]
        for component in self.data["run_info"]?["formulation"]?.array ?? [] {
            guard let key = component["chemical"]?["InChIKey"]?.string else { continue }
            fractions[key, default: 0] += component["fraction"]?.double ?? 0
        }
        return fractions
    }

    /// Mole fraction of LiPF6, reported and true.
    var salt: (reported: Double, truth: Double?) {
        let key = ElectrolyteConductivity.lithiumHexafluorophosphate
        return (self.formulation[key] ?? 0, self.truth?.formulation[key])
    }

    /// Of the reported conductivity from the true one, relative.
    var conductivityDeviation: Double? {
        guard let measured = self.conductivity, let truth = self.truth?.conductivity, truth > .zero else { return nil }
        return measured.value / truth - 1
    }

    /// Of the reported salt fraction from the true one, relative.
    var saltDeviation: Double? {
        let (reported, truth) = self.salt
        return truth.map { reported / $0 - 1 }
    }
}
