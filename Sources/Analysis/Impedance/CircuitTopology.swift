/// How the elements of a circuit hang together.
public indirect enum CircuitTopology: Sendable, Hashable, CustomStringConvertible {
    case element(CircuitElement)
    case series([CircuitTopology])
    case parallel([CircuitTopology])

    /// The circuit in impedance.py's notation: `-` for series, `p(a,b)` for parallel.
    public var description: String {
        switch self {
        case .element(let element): element.description
        case .series(let parts): parts.map(\.description).joined(separator: "-")
        case .parallel(let branches): "p(" + branches.map(\.description).joined(separator: ",") + ")"
        }
    }

    /// From left to right.
    public var elements: [CircuitElement] {
        switch self {
        case .element(let element): [element]
        case .series(let parts), .parallel(let parts): parts.flatMap(\.elements)
        }
    }
}
