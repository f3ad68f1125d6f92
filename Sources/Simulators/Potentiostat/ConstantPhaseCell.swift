public import DeviceKit
import Glibc
import Synchronization

/// A cell of fixed properties: a resistance, in series with a constant-phase element and an inductance,
/// Z = R + 1/(Q·(jω)^α) + jωL. What a conductivity cell looks like between two metal electrodes.
public final class ConstantPhaseCell: ConductivityCellModel {
    /// Properties of the circuit; nil for an empty cell.
    public struct Circuit: Sendable, Hashable {
        public var resistance: Resistance
        /// Q in S·s^α.
        public var pseudoCapacitance: Double
        /// α, 0…1; 1 is a capacitor.
        public var exponent: Double
        /// In henry.
        public var inductance: Double

        public init(
            resistance: Resistance = Resistance(312.5, .ohm),
            pseudoCapacitance: Double = 1e-5,
            exponent: Double = 0.9,
            inductance: Double = 0
        ) {
            self.resistance = resistance
            self.pseudoCapacitance = pseudoCapacitance
            self.exponent = exponent
            self.inductance = inductance
        }
    }

    private struct State {
        var circuit: Circuit?
        var isOn = false
        var switchings: [Bool] = []
        var measurements: [String] = []
    }

    private let state: Mutex<State>

    public init(_ circuit: Circuit? = Circuit()) {
        self.state = Mutex(State(circuit: circuit))
    }

    /// The circuit that is measured from now on; nil empties the cell.
    public func replace(by circuit: Circuit?) { self.state.withLock { $0.circuit = circuit } }
    /// Whether the potentiostat drives the cell.
    public var isOn: Bool { self.state.withLock { $0.isOn } }
    /// What the potentiostat has done to the cell, in order: true for on.
    public var switchings: [Bool] { self.state.withLock { $0.switchings } }
    /// Tags of the measurements that were completed.
    public var measurements: [String] { self.state.withLock { $0.measurements } }

    public func set(cellOn: Bool) async {
        self.state.withLock { state in
            state.isOn = cellOn
            state.switchings.append(cellOn)
        }
    }

    public func impedance(at frequency: Frequency) async -> (real: Resistance, imaginary: Resistance) {
        guard let circuit = self.state.withLock({ $0.circuit }) else {
            return (Resistance(si: .infinity), Resistance(si: -.infinity))
        }
        let omega = 2 * Double.pi * frequency.si
        let modulus = 1 / (circuit.pseudoCapacitance * pow(omega, circuit.exponent))
        let angle = circuit.exponent * Double.pi / 2
        return (
            Resistance(si: circuit.resistance.si + modulus * cos(angle)),
            Resistance(si: omega * circuit.inductance - modulus * sin(angle))
        )
    }

    public func recordMeasurement(tag: String) async {
        self.state.withLock { $0.measurements.append(tag) }
    }
}
