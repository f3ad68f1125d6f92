import DeviceKit
import Simulators

/// A pump whose plunger moves at constant speed, reckoned from the lab clock; it can be made to fail on the way.
actor AnalyticPump: SyringePumpModel {
    private let clock: LabClock
    private var innerDiameter = Length(4.60659, .millimetre)
    private var stroke = Length(60, .millimetre)
    private var level: Volume
    private var goal: Volume
    private var speed = FlowRate.zero
    private var begun: LabClock.Instant
    private var isEnabled = true
    private var isFaulted = false
    private var isReferenced = true
    private var counterOffset = 0
    /// Motions stop here with a fault, as if the line were blocked.
    private var blockedBelow: Volume?
    private(set) var motions = 0
    /// When it was told to stop.
    private(set) var stops: [ContinuousClock.Instant] = []

    init(clock: LabClock, fillLevel: Volume = .zero) {
        self.clock = clock
        self.level = fillLevel
        self.goal = fillLevel
        self.begun = clock.now
    }

    func block(below level: Volume?) { self.blockedBelow = level }
    func losePower() {
        self.isReferenced = false
        self.counterOffset = -self.counter(of: self.now().level)
    }

    private func now() -> (level: Volume, isMoving: Bool) {
        guard self.speed > .zero else { return (self.level, false) }
        let travelled = self.speed * self.begun.duration(to: self.clock.now)
        let whole = (self.goal - self.level).magnitude
        guard travelled < whole else { return (self.goal, false) }
        return (self.goal > self.level ? self.level + travelled : self.level - travelled, true)
    }

    private func settle() {
        var (level, isMoving) = self.now()
        if let blocked = self.blockedBelow, self.isEnabled, level <= blocked, self.goal < blocked, self.speed > .zero {
            level = blocked
            isMoving = false
            self.isFaulted = true
            self.isEnabled = false
        }
        if !isMoving {
            self.level = level
            self.goal = level
            self.speed = .zero
        }
    }

    private func counter(of level: Volume) -> Int {
        -Int((level / self.capacity * self.stroke.in(.millimetre) * 56_250).rounded())
    }

    private var area: Double { .pi / 4 * self.innerDiameter.si * self.innerDiameter.si }
    private var capacity: Volume { Volume(si: self.area * self.stroke.si) }

    func state() -> SyringePumpModelState {
        self.settle()
        let (level, isMoving) = self.now()
        let flow = self.goal < self.level ? self.speed : -self.speed
        return SyringePumpModelState(
            fillLevel: level, flow: isMoving ? flow : .zero, isMoving: isMoving, isEnabled: self.isEnabled,
            isFaulted: self.isFaulted, isReferenced: self.isReferenced,
            positionCounter: self.counter(of: level) + self.counterOffset, innerDiameter: self.innerDiameter,
            stroke: self.stroke, capacity: self.capacity, maximumFlow: FlowRate(si: self.area * 6.33e-3))
    }

    func configure(innerDiameter: Length, stroke: Length) {
        self.innerDiameter = innerDiameter
        self.stroke = stroke
    }

    func move(toFillLevel level: Volume, at flow: FlowRate) {
        self.settle()
        guard self.isEnabled else { return }
        self.level = self.now().level
        self.goal = level
        self.speed = flow
        self.begun = self.clock.now
        self.motions += 1
    }

    func generate(flow: FlowRate) {
        self.move(toFillLevel: flow > .zero ? .zero : self.capacity, at: flow.magnitude)
    }

    func stop() {
        self.stops.append(.now)
        self.settle()
        self.level = self.now().level
        self.goal = self.level
        self.speed = .zero
    }

    func enable() {
        self.isFaulted = false
        self.isEnabled = true
    }

    func disable() {
        self.stop()
        self.isEnabled = false
    }

    func reference() {
        self.stop()
        self.level = .zero
        self.goal = .zero
        self.counterOffset = 0
        self.isReferenced = true
    }

    func restore(positionCounter: Int) {
        self.counterOffset = positionCounter - self.counter(of: self.now().level)
        self.isReferenced = true
    }
}

/// A rotor that takes half a second of lab time for every turn.
actor AnalyticValve: RotaryValveModel {
    nonisolated let positionCount: Int
    private let clock: LabClock
    private var from: Int
    private var to: Int
    private var begun: LabClock.Instant

    init(clock: LabClock, positionCount: Int = 10, position: Int = 1) {
        self.clock = clock
        self.positionCount = positionCount
        self.from = position
        self.to = position
        self.begun = clock.now
    }

    func isTurning() -> Bool { self.from != self.to && self.begun.duration(to: self.clock.now) < .milliseconds(500) }
    func position() -> Int { self.isTurning() ? self.from : self.to }

    func turn(to position: Int) {
        self.from = self.position()
        self.to = position
        self.begun = self.clock.now
    }
}
