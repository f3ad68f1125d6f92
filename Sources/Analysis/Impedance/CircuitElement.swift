/// One element of an equivalent circuit: its kind and the number that tells it from others, as in `CPE1`.
///
/// Kinds and their impedances are those of impedance.py (Murbach et al., J. Open Source Softw. 5 (2020) 2349).
public struct CircuitElement: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Z = R.
        case resistor = "R"
        /// Z = 1/(jωC).
        case capacitor = "C"
        /// Z = jωL.
        case inductor = "L"
        /// Constant phase element, Z = 1/(Q·(jω)^α).
        case constantPhase = "CPE"
        /// Semi-infinite diffusion, Z = σ·(1−j)/√ω.
        case warburg = "W"
        /// A resistor beside a capacitor of time constant τ, Z = R/(1+jωτ).
        case relaxation = "K"
    }

    public var kind: Kind
    /// 0…9999.
    public var number: Int

    public init(_ kind: Kind, _ number: Int) {
        self.kind = kind
        self.number = number
    }

    public var description: String { "\(self.kind.rawValue)\(self.number)" }

    /// The element's parameters in the order in which they stand in a list of values.
    var parameters: [CircuitParameter] {
        switch self.kind {
        case .resistor: [CircuitParameter("\(self)", unit: "Ω")]
        case .capacitor: [CircuitParameter("\(self)", unit: "F")]
        case .inductor: [CircuitParameter("\(self)", unit: "H")]
        case .warburg: [CircuitParameter("\(self)", unit: "Ω·s^-0.5")]
        case .relaxation: [CircuitParameter("\(self).R", unit: "Ω"), CircuitParameter("\(self).tau", unit: "s")]
        case .constantPhase:
            [
                CircuitParameter("\(self).Q", unit: "S·s^alpha"),
                CircuitParameter("\(self).alpha", unit: "1", bounds: CircuitParameter.exponentBounds),
            ]
        }
    }
}

/// What a fit may change in a circuit. Values are plain numbers in `unit`, because the unit of a constant phase
/// element's Q depends on its exponent and so cannot stand in a type.
public struct CircuitParameter: Sendable, Hashable {
    /// `R0`, or `CPE1.Q` for an element with several parameters.
    public let name: String
    /// SI unit symbol.
    public let unit: String
    /// 0 … infinity, or a finite range for an exponent.
    public let bounds: ClosedRange<Double>

    init(_ name: String, unit: String, bounds: ClosedRange<Double> = 0...(.infinity)) {
        self.name = name
        self.unit = unit
        self.bounds = bounds
    }

    /// Range of a constant phase element's exponent α.
    static let exponentBounds = 0.01...1.0
}
