public import DeviceKit

/// Why liquid cannot be moved as told. Nothing has moved in the model when it is thrown.
public enum FluidStateError: Error, Sendable, Hashable {
    /// Negative, not a number, or above a cubic metre.
    case impossibleVolume(Volume)
    /// The model has no such channel or tube; the tubing has changed since it was made.
    case unknownLine(String)
    /// The node gives nothing: neither a pump, a bottle nor a gas supply.
    case notASource(String)
    /// The node takes nothing: an open port is a leak.
    case notASink(String)
    /// A syringe holds less than it should give.
    case shortage(pump: String, held: Volume, needed: Volume)
    case overfull(node: String, capacity: Volume, needed: Volume)
    /// A pump that no route of the stream begins at, or one that is named twice.
    case notInStream(pump: String)
}

extension FluidStateError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .impossibleVolume(let volume): "\(volume) cannot be moved"
        case .unknownLine(let label): "the state of the tubes knows no \(label); was the tubing changed?"
        case .notASource(let name): "nothing can be drawn from \(name)"
        case .notASink(let name): "nothing can be led into \(name); it is an open port"
        case .shortage(let pump, let held, let needed): "\(pump) holds \(held), \(needed) are needed"
        case .overfull(let node, let capacity, let needed): "\(node) takes \(capacity), \(needed) are too much"
        case .notInStream(let pump): "\(pump) does not pump into this stream, or is named twice"
        }
    }
}
