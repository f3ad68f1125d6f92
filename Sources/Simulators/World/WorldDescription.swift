public import Analysis
public import DeviceKit

/// What a simulated lab is made of: its tubing, what stands at the ends of it, and the devices that move liquid.
///
/// Node names follow the tubing graph: `V7.0` is the common port of valve V7, `V7.1` … its selectable ports.
public struct WorldDescription: Sendable, Hashable {
    /// The id of gas wherever a liquid is named; `"air"` means the same.
    public static let gas = "gas"

    /// Fixed channels and installed tubes.
    public var edges: [FluidicEdge]
    public var terminals: [Terminal]
    public var pumps: [Pump]
    public var rotaryValves: [Valve]
    public var gasValves: [GasValve]
    public var cells: [InstrumentCell]
    /// Every liquid by its id (a stock's id, the solvent's name).
    public var liquids: [String: Liquid]
    /// What all tubes and channels hold at the start.
    public var tubesHold: String
    public var physics: Physics

    public init(
        edges: [FluidicEdge],
        terminals: [Terminal],
        pumps: [Pump],
        rotaryValves: [Valve],
        gasValves: [GasValve] = [],
        cells: [InstrumentCell] = [],
        liquids: [String: Liquid],
        tubesHold: String = WorldDescription.gas,
        physics: Physics = Physics()
    ) {
        self.edges = edges
        self.terminals = terminals
        self.pumps = pumps
        self.rotaryValves = rotaryValves
        self.gasValves = gasValves
        self.cells = cells
        self.liquids = liquids
        self.tubesHold = tubesHold
        self.physics = physics
    }
}

extension WorldDescription {
    /// A liquid of known composition. Volumes are taken to add up on mixing.
    public struct Liquid: Sendable, Hashable {
        /// By InChIKey.
        public var concentrations: [String: Concentration]
        public var density: Density?

        public init(concentrations: [String: Concentration], density: Density? = nil) {
            self.concentrations = concentrations
            self.density = density
        }
    }

    /// An end of the tubing. All ends are at ambient pressure but pressurised gas.
    public struct Terminal: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            /// A bottle that is drawn from: a stock or a solvent.
            case reservoir
            case waste
            case vial
            /// Air at ambient pressure, without end.
            case ambient
            case pressurisedGas
        }

        /// The node's name.
        public var name: String
        public var kind: Kind
        public var liquid: String?
        public var volume: Volume
        /// More liquid than this is recorded as unsafe.
        public var capacity: Volume?

        public init(
            name: String,
            kind: Kind,
            liquid: String? = nil,
            volume: Volume = .zero,
            capacity: Volume? = nil
        ) {
            self.name = name
            self.kind = kind
            self.liquid = liquid
            self.volume = volume
            self.capacity = capacity
        }
    }

    /// A syringe pump with its outlet upwards, so that gas in the syringe leaves first.
    public struct Pump: Sendable, Hashable {
        public var name: String
        public var node: String
        /// The syringe that is really mounted.
        public var innerDiameter: Length
        public var stroke: Length
        public var fillLevel: Volume
        /// What the syringe holds.
        public var content: String
        public var isReferenced: Bool
        /// Drive counts per millimetre of piston travel; the counter is zero when empty, negative when filled.
        public var countsPerMillimetre: Double

        public init(
            name: String,
            node: String,
            innerDiameter: Length,
            stroke: Length = Length(60, .millimetre),
            fillLevel: Volume = .zero,
            content: String = WorldDescription.gas,
            isReferenced: Bool = true,
            countsPerMillimetre: Double = 56_250
        ) {
            self.name = name
            self.node = node
            self.innerDiameter = innerDiameter
            self.stroke = stroke
            self.fillLevel = fillLevel
            self.content = content
            self.isReferenced = isReferenced
            self.countsPerMillimetre = countsPerMillimetre
        }
    }

    /// A rotary valve whose channels are the edges between `<name>.0` and `<name>.1` … `<name>.<portCount>`.
    public struct Valve: Sendable, Hashable {
        public var name: String
        public var portCount: Int
        public var position: Int
        /// Nothing flows through the valve while its rotor turns.
        public var turningTime: Duration

        public init(
            name: String,
            portCount: Int = 10,
            position: Int = 1,
            turningTime: Duration = .milliseconds(500)
        ) {
            self.name = name
            self.portCount = portCount
            self.position = position
            self.turningTime = turningTime
        }
    }

    /// A 3/2 solenoid valve moved by a relay: it joins one of two inlets with its outlet.
    public struct GasValve: Sendable, Hashable {
        public var name: String
        public var releasedInlet: String
        public var energisedInlet: String
        public var outlet: String

        public init(name: String, releasedInlet: String, energisedInlet: String, outlet: String) {
            self.name = name
            self.releasedInlet = releasedInlet
            self.energisedInlet = energisedInlet
            self.outlet = outlet
        }
    }

    /// An edge in which liquid is measured.
    public struct InstrumentCell: Sendable, Hashable {
        public var name: String
        /// The label of the edge that is the cell.
        public var edge: String
        public var temperature: Temperature
        public var electrodes: CellElectrodes

        public init(
            name: String,
            edge: String,
            temperature: Temperature,
            electrodes: CellElectrodes = CellElectrodes()
        ) {
            self.name = name
            self.edge = edge
            self.temperature = temperature
            self.electrodes = electrodes
        }
    }

    /// Numbers that hold for the whole world.
    public struct Physics: Sendable, Hashable {
        /// A pump that pushes (or draws) this much against a closed way goes into fault.
        public var overloadVolume: Volume
        /// Flow of pressurised gas through an open way.
        public var gasFlow: FlowRate
        /// Largest well-mixed portion of a tube.
        public var portionVolume: Volume
        /// Largest volume moved in one step of the calculation.
        public var stepVolume: Volume

        public init(
            overloadVolume: Volume = Volume(30, .microlitre),
            gasFlow: FlowRate = FlowRate(0.5, .millilitrePerSecond),
            portionVolume: Volume = Volume(20, .microlitre),
            stepVolume: Volume = Volume(10, .microlitre)
        ) {
            self.overloadVolume = overloadVolume
            self.gasFlow = gasFlow
            self.portionVolume = portionVolume
            self.stepVolume = stepVolume
        }
    }
}

/// Why a description is not a lab.
public struct WorldDescriptionError: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String
    init(_ description: String) { self.description = description }
}
