import DeviceKit
import Glibc

/// A circuit as steps on a stack, which gives the impedance and its derivatives by all parameters in one pass.
struct CircuitProgram: Sendable {
    private enum Step: Sendable {
        case element(CircuitElement.Kind)
        case series(Int)
        case parallel(Int)
    }

    /// A partial circuit: its impedance, and the first of its parameters. Those of one operand are neighbours.
    private typealias Operand = (impedance: Complex, firstParameter: Int)

    /// Storage that one evaluation after another uses.
    struct Workspace {
        /// ∂Z/∂p for every parameter p, after an evaluation.
        var derivatives: [Complex]
        fileprivate var operands: [(impedance: Complex, firstParameter: Int)]

        init(for program: CircuitProgram) {
            self.derivatives = Array(repeating: .zero, count: program.parameterCount)
            self.operands = []
            self.operands.reserveCapacity(program.steps.count)
        }
    }

    private var steps: [Step] = []
    private(set) var parameterCount = 0

    init(_ topology: CircuitTopology) {
        self.append(topology)
    }

    /// `values` must be as many as the circuit has parameters.
    func impedance(at frequency: AngularFrequency, values: [Double], workspace: inout Workspace) -> Complex {
        precondition(values.count == self.parameterCount)
        workspace.operands.removeAll(keepingCapacity: true)
        var parameter = 0
        for step in self.steps {
            switch step {
            case .element(let kind):
                let impedance = Self.impedance(
                    of: kind,
                    at: frequency,
                    values: values,
                    first: parameter,
                    derivatives: &workspace.derivatives
                )
                workspace.operands.append((impedance, parameter))
                parameter += kind.parameterCount
            case .series(let count):
                Self.joinInSeries(count, &workspace.operands)
            case .parallel(let count):
                Self.joinInParallel(count, &workspace, parameterCount: parameter)
            }
        }
        return workspace.operands[0].impedance
    }

    private mutating func append(_ topology: CircuitTopology) {
        switch topology {
        case .element(let element):
            self.steps.append(.element(element.kind))
            self.parameterCount += element.kind.parameterCount
        case .series(let parts):
            for part in parts { self.append(part) }
            self.steps.append(.series(parts.count))
        case .parallel(let branches):
            for branch in branches { self.append(branch) }
            self.steps.append(.parallel(branches.count))
        }
    }

    private static func joinInSeries(_ count: Int, _ operands: inout [Operand]) {
        let first = operands.count - count
        var sum = operands[first].impedance
        for operand in operands[(first + 1)...] { sum = sum + operand.impedance }
        operands.removeLast(count - 1)
        operands[first].impedance = sum
    }

    /// With Z = 1/ΣZᵢ⁻¹, ∂Z/∂p = (Z/Zᵢ)²·∂Zᵢ/∂p for a parameter p of branch i.
    private static func joinInParallel(_ count: Int, _ workspace: inout Workspace, parameterCount: Int) {
        let first = workspace.operands.count - count
        var admittance = Complex.zero
        for operand in workspace.operands[first...] { admittance = admittance + operand.impedance.reciprocal }
        let impedance = admittance.reciprocal
        var end = parameterCount
        for operand in workspace.operands[first...].reversed() {
            let ratio = impedance * operand.impedance.reciprocal
            let square = ratio * ratio
            for parameter in operand.firstParameter..<end {
                workspace.derivatives[parameter] = square * workspace.derivatives[parameter]
            }
            end = operand.firstParameter
        }
        workspace.operands.removeLast(count - 1)
        workspace.operands[first].impedance = impedance
    }

    private static func impedance(
        of kind: CircuitElement.Kind,
        at frequency: AngularFrequency,
        values: [Double],
        first: Int,
        derivatives: inout [Complex]
    ) -> Complex {
        let ω = frequency.value
        switch kind {
        case .resistor:
            derivatives[first] = Complex(1)
            return Complex(values[first])
        case .inductor:
            derivatives[first] = Complex(0, ω)
            return Complex(0, ω * values[first])
        case .capacitor:
            let impedance = Complex(0, -1 / (ω * values[first]))
            derivatives[first] = impedance * (-1 / values[first])
            return impedance
        case .warburg:
            derivatives[first] = Complex(1, -1) * (1 / ω.squareRoot())
            return derivatives[first] * values[first]
        case .relaxation:
            let reduced = Complex(1, ω * values[first + 1]).reciprocal
            derivatives[first] = reduced
            derivatives[first + 1] = Complex(0, -ω) * reduced * reduced * values[first]
            return reduced * values[first]
        case .constantPhase:
            let (capacity, exponent) = (values[first], values[first + 1])
            let angle = exponent * (.pi / 2)
            let impedance = Complex(cos(angle), -sin(angle)) * (exp(-exponent * frequency.logarithm) / capacity)
            derivatives[first] = impedance * (-1 / capacity)
            derivatives[first + 1] = -(impedance * Complex(frequency.logarithm, .pi / 2))
            return impedance
        }
    }
}

/// ω = 2πf in rad/s, with its logarithm.
struct AngularFrequency: Sendable {
    let value: Double
    let logarithm: Double

    /// `frequency` must be above zero.
    init(_ frequency: Frequency) {
        self.value = 2 * .pi * frequency.si
        self.logarithm = log(self.value)
    }
}

extension CircuitElement.Kind {
    fileprivate var parameterCount: Int {
        switch self {
        case .resistor, .capacitor, .inductor, .warburg: 1
        case .constantPhase, .relaxation: 2
        }
    }
}
