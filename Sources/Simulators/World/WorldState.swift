import Analysis
import DeviceKit

/// The simulated lab without a clock: devices, contents and flows, advanced by stretches of lab time.
///
/// Between two events (a motion ends, a rotor arrives, a command comes) all flows are constant: they are resolved once
/// and then carried through the tubes in steps of bounded volume.
struct WorldState: Sendable {
    struct Rotor: Sendable {
        let description: WorldDescription.Valve
        var position: Int
        var target: Int
        /// Seconds until it arrives; zero at rest.
        var remaining = 0.0
        var sticks = false
        var isTurning: Bool { self.remaining > 0 }
    }

    let description: WorldDescription
    let network: TubingNetwork
    /// Liquid ids by species number; gas is species 0.
    let species: [String]
    var syringes: [Syringe] = []
    var rotors: [Rotor] = []
    var isEnergised: [Bool] = []
    var bottles: [Bottle] = []
    var tubes: TubeContents
    var temperatures: [Temperature] = []
    var isCellOn: [Bool] = []
    /// Cells that a person has taken off their tubes and filled, by their number.
    var byHand: [Int: HandFilling] = [:]
    /// Lab time in seconds.
    private(set) var now = 0.0
    /// What happened since this was last emptied.
    var events: [WorldEvent] = []
    /// mL of gas that the tubing and bottles gave to the atmosphere; negative when they took more.
    var vented = 0.0
    var plan = FlowPlan()
    /// Something changed since the plan was made.
    var isPlanStale = true
    var isGasBlocked = false

    init(_ description: WorldDescription) throws(WorldDescriptionError) {
        self.description = description
        self.network = try TubingNetwork(description)
        self.species = [WorldDescription.gas] + description.liquids.keys.filter { !Self.isGas($0) }.sorted()
        let numbers = Dictionary(uniqueKeysWithValues: self.species.enumerated().map { ($1, $0) })
        func number(_ liquid: String, in place: String) throws(WorldDescriptionError) -> Int {
            if Self.isGas(liquid) { return 0 }
            guard let number = numbers[liquid] else {
                throw WorldDescriptionError("\(place) holds \(liquid), which is not among the liquids")
            }
            return number
        }
        self.tubes = TubeContents(
            volumes: description.edges.map { $0.deadVolume.in(.millilitre) },
            portionVolume: description.physics.portionVolume.in(.millilitre),
            speciesCount: self.species.count,
            nodeCount: self.network.nodeNames.count,
            terminalCount: description.terminals.count,
            content: try number(description.tubesHold, in: "the tubing")
        )
        for terminal in description.terminals {
            var content = Array(repeating: 0.0, count: self.species.count)
            if let liquid = terminal.liquid {
                content[try number(liquid, in: terminal.name)] = terminal.volume.in(.millilitre)
            }
            content[0] = 0
            self.bottles.append(Bottle(terminal, content: content))
        }
        for pump in description.pumps {
            var content = Array(repeating: 0.0, count: self.species.count)
            content[try number(pump.content, in: pump.name)] = pump.fillLevel.in(.millilitre)
            self.syringes.append(Syringe(pump, content: content))
        }
        for valve in description.rotaryValves {
            guard (1...max(1, valve.portCount)).contains(valve.position) else {
                throw WorldDescriptionError("\(valve.name) has no port \(valve.position)")
            }
            self.rotors.append(Rotor(description: valve, position: valve.position, target: valve.position))
        }
        self.isEnergised = description.gasValves.map { _ in false }
        self.temperatures = description.cells.map(\.temperature)
        self.isCellOn = description.cells.map { _ in false }
        self.settle()
        self.events = []
    }

    static func isGas(_ liquid: String) -> Bool { liquid == WorldDescription.gas || liquid == "air" }

    mutating func record(_ occurrence: WorldEvent.Occurrence) {
        self.events.append(WorldEvent(time: .seconds(self.now), occurrence: occurrence))
    }

    // MARK: Time

    /// Lets lab time pass.
    mutating func advance(by duration: Duration) {
        var remaining = duration.seconds
        self.finishWhatIsDue()
        while remaining > 0 {
            self.settle()
            let stretch = min(remaining, self.secondsToNextEvent)
            self.carry(self.plan, for: stretch)
            for index in self.syringes.indices { self.drive(index, for: stretch) }
            for index in self.rotors.indices where self.rotors[index].isTurning {
                self.rotors[index].remaining = max(Self.instant / 2, self.rotors[index].remaining - stretch)
            }
            self.now += stretch
            remaining -= stretch
            self.finishWhatIsDue()
        }
        self.settle()
    }

    private mutating func drive(_ index: Int, for seconds: Double) {
        let slack = self.syringes[index].secondsOfSlack
        if slack.isFinite || self.plan.blocks(pump: index) != nil {
            self.syringes[index].compression += self.syringes[index].displacement * seconds
        }
        if slack - seconds <= Self.instant {
            self.syringes[index].compression = 0
            self.disturb()
        }
        self.syringes[index].advance(by: seconds)
    }

    /// Differences in time below this are rounding.
    private static let instant = 1e-10

    private var overloadLimit: Double { self.description.physics.overloadVolume.in(.millilitre) }

    private var secondsToNextEvent: Double {
        var next = Double.infinity
        for (index, syringe) in self.syringes.enumerated() where syringe.motion != .none {
            next = min(next, syringe.secondsToTarget, syringe.secondsToEnd, syringe.secondsOfSlack)
            if self.plan.blocks(pump: index) != nil {
                next = min(next, syringe.secondsToOverload(limit: self.overloadLimit))
            }
        }
        for rotor in self.rotors where rotor.isTurning { next = min(next, rotor.remaining) }
        return next
    }

    private mutating func finishWhatIsDue() {
        for index in self.rotors.indices
        where self.rotors[index].isTurning && self.rotors[index].remaining <= Self.instant {
            self.rotors[index].remaining = 0
            let from = self.rotors[index].position
            self.rotors[index].position = self.rotors[index].target
            self.record(
                .valveTurned(
                    valve: self.rotors[index].description.name,
                    from: from,
                    to: self.rotors[index].position
                )
            )
            self.isPlanStale = true
        }
        for index in self.syringes.indices where self.syringes[index].motion != .none {
            let syringe = self.syringes[index]
            if syringe.secondsToTarget <= Self.instant {
                self.arrive(index)
            } else if let blocked = self.plan.blocks(pump: index),
                syringe.secondsToOverload(limit: self.overloadLimit) <= Self.instant
            {
                let ends = blocked.deadEnds.prefix(4).map { self.network.nodeNames[$0] }.joined(separator: ", ")
                let act = syringe.displacement > 0 ? "dispensed" : "drew"
                self.overload(index, reason: "\(act) against a closed way that ends at \(ends)")
            } else if syringe.secondsToEnd <= Self.instant {
                self.overload(index, reason: "the piston hit the end of the syringe")
            }
        }
    }

    /// Ends a motion at its target, exactly.
    private mutating func arrive(_ index: Int) {
        if self.syringes[index].motion == .referencing {
            self.syringes[index].counted = 0
            if !self.syringes[index].slips { self.syringes[index].piston = 0 }
            self.syringes[index].isReferenced = true
        } else if case .moving(let target) = self.syringes[index].motion {
            if !self.syringes[index].slips { self.syringes[index].piston += target - self.syringes[index].counted }
            self.syringes[index].counted = target
        }
        self.halt(index)
    }
}
