import DeviceKit

/// Starts pumps at the same lab time when they are told to start together.
///
/// Commands to several pumps go out within milliseconds of each other. On real hardware that is nothing; in a lab that
/// runs hundreds of times faster it would be seconds during which one syringe pushes alone. So commands that follow each
/// other within a short wall time count as one. A machine so busy that it wakes the gate late keeps whoever commands
/// waiting, too, and gets more time.
actor StartGate {
    private struct Waiting {
        var level: Volume
        var flow: FlowRate
        var started: CheckedContinuation<Void, Never>
    }

    /// Wall time after a command in which another one may follow.
    private static let pause = Duration.milliseconds(25)
    /// Wall time after which it starts whatever else comes.
    private static let patience = Duration.milliseconds(150)
    /// Wall time for which a pump that is about to be told to move is waited for.
    private static let expectation = Duration.seconds(1)
    /// How much longer it waits for each time that it was woken late.
    private static let allowance = 10

    private let world: LabWorld
    /// By index of the pump.
    private var waiting: [Int: Waiting] = [:]
    /// Until when pumps are waited for that are about to be told to move, by index.
    private var expected: [Int: ContinuousClock.Instant] = [:]
    private var lastCommand = ContinuousClock.now
    private var opening: Task<Void, Never>?
    private var starting: Task<Void, Never>?

    init(_ world: LabWorld) { self.world = world }

    /// The pump is about to be told to move, by several commands on a line that it shares with others.
    func expect(pump: Int) { self.expected[pump] = .now + Self.expectation }

    /// Returns when the motion has begun, or has been forgotten.
    func move(pump: Int, toFillLevel level: Volume, at flow: FlowRate) async {
        self.expected[pump] = nil
        await withCheckedContinuation { started in
            self.waiting.removeValue(forKey: pump)?.started.resume()
            self.waiting[pump] = Waiting(level: level, flow: flow, started: started)
            self.lastCommand = .now
            if self.opening == nil { self.opening = Task { await self.open() } }
        }
    }

    /// Forgets a motion that has not begun. When this returns, none will begin any more.
    func forget(pump: Int) async {
        self.expected[pump] = nil
        await self.starting?.value
        self.waiting.removeValue(forKey: pump)?.started.resume()
    }

    private func open() async {
        let first = ContinuousClock.now
        var delay = Duration.zero
        while case let next = min(self.lastCommand + Self.pause + delay, first + Self.patience + delay),
            ContinuousClock.now < next
        {
            try? await ContinuousClock().sleep(until: next)
            delay = max(delay, (ContinuousClock.now - next) * Self.allowance)
        }
        while self.expected.values.contains(where: { $0 > .now }) {
            try? await ContinuousClock().sleep(for: .milliseconds(2))
        }
        let ready = self.waiting
        self.waiting = [:]
        self.opening = nil
        let moves = ready.sorted { $0.key < $1.key }.map { (pump: $0.key, level: $0.value.level, flow: $0.value.flow) }
        let starting = Task { [world] in
            await world.with { state in
                for move in moves { state.move(pump: move.pump, toFillLevel: move.level, at: move.flow) }
            }
        }
        self.starting = starting
        await starting.value
        for one in ready.values { one.started.resume() }
    }
}

/// A syringe pump of a simulated lab that starts with the others.
struct GatheredSyringePump: SyringePumpModel {
    let pump: SimulatedSyringePump
    let gate: StartGate

    func state() async -> SyringePumpModelState { await self.pump.state() }

    func configure(innerDiameter: Length, stroke: Length) async {
        await self.pump.configure(innerDiameter: innerDiameter, stroke: stroke)
    }

    func move(toFillLevel level: Volume, at flow: FlowRate) async {
        await self.gate.move(pump: self.pump.index, toFillLevel: level, at: flow)
    }

    func expectMove() async { await self.gate.expect(pump: self.pump.index) }

    func generate(flow: FlowRate) async {
        await self.gate.forget(pump: self.pump.index)
        await self.pump.generate(flow: flow)
    }

    func stop() async {
        await self.gate.forget(pump: self.pump.index)
        await self.pump.stop()
    }

    func enable() async { await self.pump.enable() }

    func disable() async {
        await self.gate.forget(pump: self.pump.index)
        await self.pump.disable()
    }

    func reference() async {
        await self.gate.forget(pump: self.pump.index)
        await self.pump.reference()
    }

    func restore(positionCounter: Int) async { await self.pump.restore(positionCounter: positionCounter) }
}
