public import DeviceKit

/// An electrical circuit whose impedance is fitted to a spectrum.
///
///     let circuit = try EquivalentCircuit(parsing: "R0-p(R1,CPE1)-CPE2")
///     circuit.parameters.map(\.name)  // R0, R1, CPE1.Q, CPE1.alpha, CPE2.Q, CPE2.alpha
public struct EquivalentCircuit: Sendable, Hashable, CustomStringConvertible {
    public let topology: CircuitTopology
    /// In order of appearance; lists of values follow this order.
    public let parameters: [CircuitParameter]
    let program: CircuitProgram

    /// Reads impedance.py's notation, `R0-p(R1,CPE1)-CPE2`: `-` is series, `p(a,b)` is parallel, an element is its
    /// kind (R, C, L, CPE, W, K) and a number. Spaces are ignored.
    public init(parsing text: String) throws(CircuitSyntaxError) {
        self.init(valid: try CircuitParser.topology(of: text))
    }

    /// Puts a circuit together from elements. Errors count columns in the circuit's written form.
    public init(_ topology: CircuitTopology) throws(CircuitSyntaxError) {
        try self.init(parsing: topology.description)
    }

    private init(valid topology: CircuitTopology) {
        self.topology = topology
        self.parameters = topology.elements.flatMap(\.parameters)
        self.program = CircuitProgram(topology)
    }

    /// A resistor in series with a constant phase element: an electrolyte between blocking electrodes.
    public static let blockingElectrodes = Self(valid: .series([.element(.init(.resistor, 0)), .phase(1)]))

    /// `blockingElectrodes` behind the inductance of the leads.
    public static let blockingElectrodesWithLeads = Self(
        valid: .series([.element(.init(.inductor, 0)), .element(.init(.resistor, 0)), .phase(1)])
    )

    /// A depressed arc between an electrolyte and a blocking electrode.
    public static let arcBeforeBlockingElectrode = Self(
        valid: .series([
            .element(.init(.resistor, 0)), .parallel([.element(.init(.resistor, 1)), .phase(1)]), .phase(2),
        ])
    )

    public var description: String { self.topology.description }

    /// The impedance at a frequency above zero, for as many `values` as the circuit has parameters; otherwise NaN.
    public func impedance(
        at frequency: Frequency,
        values: [Double]
    ) -> (real: Resistance, imaginary: Resistance) {
        guard values.count == self.parameters.count, frequency.si > 0 else {
            return (Resistance(si: .nan), Resistance(si: .nan))
        }
        var workspace = CircuitProgram.Workspace(for: self.program)
        let impedance = self.program.impedance(
            at: AngularFrequency(frequency),
            values: values,
            workspace: &workspace
        )
        return (Resistance(si: impedance.real), Resistance(si: impedance.imaginary))
    }

    public static func == (a: Self, b: Self) -> Bool { a.topology == b.topology }
    public func hash(into hasher: inout Hasher) { hasher.combine(self.topology) }
}

extension CircuitTopology {
    fileprivate static func phase(_ number: Int) -> Self { .element(CircuitElement(.constantPhase, number)) }
}
