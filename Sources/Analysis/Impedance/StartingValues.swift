import DeviceKit
import Glibc

/// Starting values of a fit, read off the spectrum, for a resistor, a constant phase element and possibly an inductor
/// in series.
struct StartingValues {
    /// As many as the circuit has parameters.
    let values: [Double]

    static let neededCapacitivePoints = 5

    init(for circuit: EquivalentCircuit, usable: UsablePoints) throws(ImpedanceError) {
        let kinds = Self.seriesKinds(of: circuit)
        guard Set(kinds).count == kinds.count, Set(kinds).isSubset(of: [.resistor, .constantPhase, .inductor]),
            kinds.contains(.resistor), kinds.contains(.constantPhase)
        else {
            throw .badGuess(
                circuit: circuit.description,
                reason: "only R-CPE and L-R-CPE have automatic ones; \(circuit.parameters.count) must be given"
            )
        }
        let capacitive = usable.capacitive.sorted { $0.frequency.value < $1.frequency.value }
        guard capacitive.count >= Self.neededCapacitivePoints else {
            throw .tooFewPoints(
                usable: capacitive.count,
                needed: Self.neededCapacitivePoints,
                dropped: usable.dropped
            )
        }
        let phase = Self.constantPhase(capacitive.prefix((capacitive.count + 1) / 2))
        let resistance = Self.resistance(usable.points)
        self.values = kinds.flatMap { kind in
            switch kind {
            case .resistor: [resistance]
            case .inductor: [Self.inductance(usable.points, phase: phase, resistance: resistance)]
            default: [phase.capacity, phase.exponent]
            }
        }
    }

    private static func seriesKinds(of circuit: EquivalentCircuit) -> [CircuitElement.Kind] {
        guard case .series(let parts) = circuit.topology else { return [] }
        return parts.flatMap { part in
            if case .element(let element) = part { [element.kind] } else { [CircuitElement.Kind.relaxation] }
        }
    }

    /// The smallest Z', or for spectra that go below zero a small part of the smallest |Z|.
    private static func resistance(_ points: [UsablePoints.Point]) -> Double {
        let smallestReal = points.map(\.impedance.real).min() ?? 1
        let smallestMagnitude = points.map(\.impedance.magnitude).min() ?? 1
        return max(smallestReal, smallestMagnitude * 1e-3)
    }

    /// The line through ln(−Z'') over ln ω has the slope −α and crosses ln ω = 0 at ln(sin(απ/2)/Q).
    private static func constantPhase(
        _ points: ArraySlice<UsablePoints.Point>
    ) -> (capacity: Double, exponent: Double) {
        let x = points.map(\.frequency.logarithm)
        let y = points.map { log(-$0.impedance.imaginary) }
        let meanX = x.reduce(0, +) / Double(x.count)
        let meanY = y.reduce(0, +) / Double(y.count)
        let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let covariance = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        let slope = spread > 0 ? covariance / spread : -0.9
        let exponent = min(max(-slope, 0.3), 1)
        return (sin(exponent * .pi / 2) / exp(meanY - slope * meanX), exponent)
    }

    /// What Z'' of the highest frequency has above the constant phase element's, or a small value if nothing.
    private static func inductance(
        _ points: [UsablePoints.Point],
        phase: (capacity: Double, exponent: Double),
        resistance: Double
    ) -> Double {
        guard let highest = points.max(by: { $0.frequency.value < $1.frequency.value }) else { return 1e-6 }
        let magnitude = exp(-phase.exponent * highest.frequency.logarithm) / phase.capacity
        let rest = highest.impedance.imaginary + magnitude * sin(phase.exponent * .pi / 2)
        return max(rest, resistance * 1e-3) / highest.frequency.value
    }
}
