import DeviceKit

/// One syringe on its drive: kinematics in millimetres of piston travel, contents in millilitres.
///
/// What the drive counts and where the piston is are two things: a wrong reference, a wrong syringe in the
/// configuration or a drive that lies separates them.
struct Syringe: Sendable {
    /// Fastest piston speed, mm/s.
    static let fastest = 6.33

    enum Motion: Sendable, Hashable {
        case none
        /// To a position of the counter, mm.
        case moving(target: Double)
        case referencing
    }

    let name: String
    let countsPerMillimetre: Double
    /// The mounted syringe: mL per mm of travel, and mm of stroke.
    let millilitresPerMillimetre: Double
    let trueStroke: Double

    var innerDiameter: Length
    var stroke: Length
    /// Piston travel that the drive counts, mm, zero when empty.
    var counted: Double
    /// Piston travel in truth.
    var piston: Double
    /// mm/s, positive fills.
    var speed = 0.0
    var motion = Motion.none
    var motionStart = 0.0
    var isEnabled = true
    var isFaulted = false
    var isReferenced: Bool
    /// The drive counts but the piston stands.
    var slips = false
    /// mL that the liquid is compressed by; negative: a vacuum.
    var compression = 0.0
    /// mL by species, gas first.
    var content: [Double]

    init(_ pump: WorldDescription.Pump, content: [Double]) {
        self.name = pump.name
        self.countsPerMillimetre = pump.countsPerMillimetre
        self.millilitresPerMillimetre = Self.volumePerTravel(pump.innerDiameter)
        self.trueStroke = pump.stroke.in(.millimetre)
        self.innerDiameter = pump.innerDiameter
        self.stroke = pump.stroke
        self.piston = pump.fillLevel.in(.millilitre) / self.millilitresPerMillimetre
        self.counted = self.piston
        self.isReferenced = pump.isReferenced
        self.content = content
    }

    /// mL per mm: π/4·d², a cubic millimetre being a microlitre.
    static func volumePerTravel(_ innerDiameter: Length) -> Double {
        let diameter = innerDiameter.in(.millimetre)
        return .pi / 4 * diameter * diameter / 1000
    }

    /// mL per mm that the drive was told.
    var configuredVolumePerTravel: Double { Self.volumePerTravel(self.innerDiameter) }
    /// mL/s that the piston displaces, positive when dispensing.
    var displacement: Double { self.slips || self.motion == .none ? 0 : -self.speed * self.millilitresPerMillimetre }
    var trueLevel: Volume { Volume(self.piston * self.millilitresPerMillimetre, .millilitre) }

    var state: SyringePumpModelState {
        let volume = self.configuredVolumePerTravel
        let isMoving = self.motion != .none
        return SyringePumpModelState(
            fillLevel: Volume(self.counted * volume, .millilitre),
            flow: FlowRate(isMoving ? -self.speed * volume : 0, .millilitrePerSecond),
            isMoving: isMoving,
            isEnabled: self.isEnabled,
            isFaulted: self.isFaulted,
            isReferenced: self.isReferenced,
            positionCounter: self.positionCounter,
            innerDiameter: self.innerDiameter,
            stroke: self.stroke,
            capacity: Volume(self.stroke.in(.millimetre) * volume, .millilitre),
            maximumFlow: FlowRate(Self.fastest * volume, .millilitrePerSecond)
        )
    }

    private var positionCounter: Int {
        let counts = (-self.counted * self.countsPerMillimetre).rounded()
        return Int(exactly: counts == 0 ? 0 : counts) ?? 0
    }

    // MARK: Motion

    mutating func start(_ motion: Motion, speed: Double) {
        self.motion = motion
        self.speed = speed
        self.motionStart = self.piston
    }

    mutating func rest() {
        self.motion = .none
        self.speed = 0
    }

    mutating func advance(by seconds: Double) {
        guard self.motion != .none else { return }
        self.counted += self.speed * seconds
        if !self.slips { self.piston += self.speed * seconds }
    }

    /// Seconds until the motion is done; infinite when at rest.
    var secondsToTarget: Double {
        switch self.motion {
        case .none: .infinity
        case .moving(let target): self.speed == 0 ? 0 : max(0, (target - self.counted) / self.speed)
        case .referencing: max(0, self.slips ? 0 : self.piston / -self.speed)
        }
    }

    /// Seconds until the piston hits an end of the mounted syringe.
    var secondsToEnd: Double {
        guard self.motion != .none, !self.slips, self.speed != 0 else { return .infinity }
        return max(0, ((self.speed < 0 ? 0 : self.trueStroke) - self.piston) / self.speed)
    }

    /// Seconds until a blocked motion has pushed or drawn `limit` mL against the closed way.
    func secondsToOverload(limit: Double) -> Double {
        let displacement = self.displacement
        guard displacement != 0 else { return .infinity }
        return max(0, (displacement > 0 ? limit - self.compression : limit + self.compression) / abs(displacement))
    }

    /// Seconds until a moving piston has closed the vacuum, or let off the pressure, that it moves against; until then
    /// nothing flows. Infinite when there is none.
    var secondsOfSlack: Double {
        let displacement = self.displacement
        return self.compression * displacement < 0 ? -self.compression / displacement : .infinity
    }

    // MARK: Contents

    /// Takes `volume` mL out: gas first, since the outlet is up, then the mixed liquid.
    mutating func take(_ volume: Double) -> [Double] {
        var taken = Array(repeating: 0.0, count: self.content.count)
        taken[0] = min(self.content[0], volume)
        self.content[0] -= taken[0]
        let liquid = self.content.dropFirst().reduce(0, +)
        let share = liquid > 0 ? min(1, (volume - taken[0]) / liquid) : 0
        for species in 1..<self.content.count {
            taken[species] = self.content[species] * share
            self.content[species] -= taken[species]
        }
        return taken
    }
}
