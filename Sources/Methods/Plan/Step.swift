public import Analysis
public import DeviceKit

/// One act of a run: what is done, in words and as data. Steps are planned before anything moves, printed by
/// `edge-agent plan`, journaled one by one, and read back after a crash; so they hold no closures and no devices.
public struct Step: Sendable, Hashable, Codable {
    /// What an operator reads, "prime the branch of A0 with 1.5M-LiPF6-EC-EMC" for example.
    public var title: String
    public var action: Action
    /// Estimate of the lab time it takes.
    public var estimate: Duration

    public init(_ title: String, _ action: Action, estimate: Duration) {
        self.title = title
        self.action = action
        self.estimate = estimate
    }
}

/// What a step does. Names are those of the lab's configuration.
public enum Action: Sendable, Hashable, Codable {
    /// Turns valves, one after the other in this order; each is read back.
    case turnValves([ValveSetting])
    case setRelay(relay: String, energised: Bool)
    /// Moves syringes together to absolute fill levels, so that doing it twice doses once.
    case moveSyringes(Dosing)
    /// Lets liquid come to rest or pressure fall.
    case settle(Duration)
    /// Lets pressurised gas push out what stands in a route, for a time; the gas is closed when the step ends.
    case blow(route: [String], relay: String, duration: Duration)
    case measureImpedance(potentiostat: String, sweep: ImpedanceSweep, repetition: Int)
    /// Of what stands in the cell of an instrument of the tubing graph.
    case measureDensity(densimeter: String, order: DensimetryOrder, cell: String)
    /// Notes what a person fills into the cell of an instrument, through no tube of the lab. Nothing is sent.
    case fillByHand(cell: String, with: FluidSource)
    /// A person does something, or says something. Asked again after a crash, the same question stands.
    case askOperator(Question)
}

/// Syringes that move at the same time, and where their liquid goes or comes from.
public struct Dosing: Sendable, Hashable, Codable {
    public struct Move: Sendable, Hashable, Codable {
        public var pump: String
        /// Where the plunger stands before, as planned.
        public var from: Volume
        public var to: Volume
        public var flow: FlowRate
        /// Nodes between the syringe and the place that the liquid goes to (dispensing) or comes from (aspirating),
        /// in the direction of the flow.
        public var route: [String]

        public init(pump: String, from: Volume, to: Volume, flow: FlowRate, route: [String]) {
            self.pump = pump
            self.from = from
            self.to = to
            self.flow = flow
            self.route = route
        }

        /// Dispensed volume; negative when aspirating.
        public var volume: Volume { self.from - self.to }
    }

    public enum Purpose: String, Sendable, Hashable, Codable {
        /// From a reservoir into the syringe.
        case fill
        /// Trapped gas and foreign liquid into the waste.
        case purge
        /// The mixture into the lines before it is collected.
        case prime
        /// The mixture that is measured or delivered.
        case collect
        case rinse
    }

    public var purpose: Purpose
    public var moves: [Move]

    public init(purpose: Purpose, moves: [Move]) {
        self.purpose = purpose
        self.moves = moves
    }

    public var longest: Duration {
        self.moves.map { $0.volume.magnitude / $0.flow }.max() ?? .zero
    }
}

extension Action {
    /// The ways through the tubing that something moves along.
    var routes: [[String]] {
        switch self {
        case .moveSyringes(let dosing): dosing.moves.map(\.route)
        case .blow(let route, _, _): [route]
        default: []
        }
    }

    /// Whether an interrupted step may simply be done again. What moved liquid is verified by the fill levels first.
    public var isRepeatable: Bool {
        switch self {
        case .moveSyringes, .blow: false
        case .turnValves, .setRelay, .settle, .measureImpedance, .measureDensity, .askOperator, .fillByHand: true
        }
    }
}
