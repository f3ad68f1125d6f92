public import DeviceKit

/// How the resistance of an electrolyte between blocking electrodes is found from an impedance spectrum.
///
/// A resistor and a constant phase element in series are fitted to the usable points. Where points are inductive, an
/// inductor for the leads is fitted too, rather than dropping them: which points are dropped would depend on noise.
///
///     let estimate = try ElectrolyteResistance().estimate(from: record.points)
///     estimate.resistance.value  // 125.01 Ω
public struct ElectrolyteResistance: Sendable, Hashable {
    public var weighting: FitWeighting
    public var gates: [ResistanceGate]

    public init(weighting: FitWeighting = .unit, gates: [ResistanceGate] = ResistanceGate.standard) {
        self.weighting = weighting
        self.gates = gates
    }

    /// Throws `.tooFewPoints` without five usable points of Z'' < 0, as for an empty, shorted or overloaded cell.
    ///
    /// Otherwise there is an estimate, if need be by the intercept; `quality` says what it is worth.
    public func estimate(from spectrum: [ImpedancePoint]) throws(ImpedanceError) -> ResistanceEstimate {
        let usable = UsablePoints(spectrum)
        let capacitive = usable.capacitive.count
        guard capacitive >= StartingValues.neededCapacitivePoints else {
            throw .tooFewPoints(
                usable: capacitive,
                needed: StartingValues.neededCapacitivePoints,
                dropped: UsablePoints(spectrum, inductivePoints: .drop).dropped
            )
        }
        let kramersKronig = try? KramersKronigTest(spectrum)
        let fits: (chosen: CircuitFit, comparison: CircuitFit?)
        do {
            fits = try self.fits(to: spectrum, hasInductivePoints: capacitive < usable.points.count)
        } catch {
            return try Self.intercept(usable, kramersKronig: kramersKronig, fitError: error)
        }
        guard let resistance = fits.chosen["R0"], let exponent = fits.chosen["CPE1.alpha"] else {
            return try Self.intercept(usable, kramersKronig: kramersKronig, fitError: .notConverged(evaluations: 0))
        }
        let figures: [ResistanceGate.Figure: Double] = [
            .relativeError: fits.chosen.relativeError,
            .relativeDeviation: resistance.standardDeviation / resistance.value,
            .exponent: exponent.value,
            .kramersKronigResidual: kramersKronig?.largestResidual ?? .nan,
            .resistanceRatio: resistance.value / usable.realAtHighestFrequency,
            .keptPoints: Double(fits.chosen.keptPointCount),
        ]
        let failed = self.gates.compactMap { gate in
            let value = figures[gate.figure] ?? .nan
            return gate.admits(value) ? nil : FailedGate(gate: gate, value: value)
        }
        return ResistanceEstimate(
            resistance: Measured(
                Resistance(resistance.value, .ohm),
                uncertainty: Resistance(resistance.standardDeviation, .ohm)
            ),
            quality: Self.quality(failed),
            fit: fits.chosen,
            comparison: fits.comparison,
            kramersKronig: kramersKronig,
            failedGates: failed,
            fitError: nil
        )
    }

    private func fits(
        to spectrum: [ImpedancePoint],
        hasInductivePoints: Bool
    ) throws(ImpedanceError) -> (chosen: CircuitFit, comparison: CircuitFit?) {
        guard hasInductivePoints else {
            return (try CircuitFit(.blockingElectrodes, to: spectrum, weighting: self.weighting), nil)
        }
        let withoutLeads = Result { () throws(ImpedanceError) in
            try CircuitFit(.blockingElectrodes, to: spectrum, weighting: self.weighting, inductivePoints: .drop)
        }
        do {
            let withLeads = try CircuitFit(.blockingElectrodesWithLeads, to: spectrum, weighting: self.weighting)
            return (withLeads, try? withoutLeads.get())
        } catch {
            return (try withoutLeads.get(), nil)
        }
    }

    /// Z' where |Z''| is smallest. Its uncertainty is that |Z''|, which is more than the constant phase element can add
    /// to Z' for α ≥ 0.5, but at least 1 %.
    private static func intercept(
        _ usable: UsablePoints,
        kramersKronig: KramersKronigTest?,
        fitError: ImpedanceError
    ) throws(ImpedanceError) -> ResistanceEstimate {
        let closest = usable.points.map(\.impedance).min { abs($0.imaginary) < abs($1.imaginary) }
        guard let closest, closest.real > 0 else { throw fitError }
        let uncertainty = max(abs(closest.imaginary), 0.01 * closest.real)
        return ResistanceEstimate(
            resistance: Measured(Resistance(closest.real, .ohm), uncertainty: Resistance(uncertainty, .ohm)),
            quality: .intercept,
            fit: nil,
            comparison: nil,
            kramersKronig: kramersKronig,
            failedGates: [],
            fitError: fitError
        )
    }

    private static func quality(_ failed: [FailedGate]) -> ResistanceEstimate.Quality {
        if failed.isEmpty { return .good }
        return failed.contains { $0.gate.severity == .failure } ? .poor : .doubtful
    }
}

extension UsablePoints {
    fileprivate var realAtHighestFrequency: Double {
        self.points.max { $0.frequency.value < $1.frequency.value }?.impedance.real ?? .nan
    }
}
