/// One point of a lab's tubing graph: a port, a bottle, a vial, an end of a measuring cell.
public struct FluidicNode: Sendable, Hashable {
    /// What stands at the point.
    public enum Kind: Sendable, Hashable {
        /// The single port of a syringe pump.
        case pump
        /// Port 0 of a rotary valve, which its rotor joins with one of the selectable ports.
        case valveCommon(valve: String)
        /// A selectable port of a rotary valve, 1 or more.
        case valvePort(valve: String, port: Int)
        /// An inlet of a passive mixer.
        case mixerInlet(mixer: String, inlet: Int)
        case mixerOutlet(mixer: String)
        /// An inlet of a solenoid gas valve: open while its relay is released (0) or energised (1).
        case gasValveInlet(valve: String, port: Int)
        case gasValveOutlet(valve: String)
        case reservoir, solvent, waste, vial
        /// The atmosphere around the set-up.
        case ambient
        /// A supply of gas under pressure.
        case gas
        case cellInlet(instrument: String)
        case cellOutlet(instrument: String)
        /// A plain connection of tubes.
        case junction
    }

    /// What a pump is for; the nearest pump is not the one to clean with when it holds stock.
    public enum PumpRole: String, Sendable, Hashable, CaseIterable {
        case stock, cleaning
    }

    public var name: String
    public var kind: Kind
    /// Whether the lab knows that no tube leads to this port. Such a port is never selected.
    public var isUnused: Bool
    public var pumpRole: PumpRole?

    public init(name: String, kind: Kind, isUnused: Bool = false, pumpRole: PumpRole? = nil) {
        self.name = name
        self.kind = kind
        self.isUnused = isUnused
        self.pumpRole = pumpRole
    }
}

extension FluidicNode.Kind {
    /// Whether a route may only begin or end here.
    public var isTerminal: Bool {
        switch self {
        case .pump, .reservoir, .solvent, .waste, .vial, .ambient, .gas: true
        default: false
        }
    }

    /// Whether the point gives gas without limit.
    public var isGasSupply: Bool { self == .ambient || self == .gas }

    /// The rotary valve that the point belongs to, at its common port or a selectable one.
    public var rotaryValve: String? {
        switch self {
        case .valveCommon(let valve), .valvePort(let valve, _): valve
        default: nil
        }
    }
}
