import DeviceKit
import GRPCCore
import SiLA2

/// The inside of a valve's server: it polls the positions and passes commands on. Positions count from 0 here.
actor ValveServerState: PropertySource {
    typealias Values = [Int]

    private let models: [any RotaryValveModel]
    private let clock: LabClock
    private var behaviour: SiLABehaviour
    private var feed: PropertyFeed<[Int]>
    private var looks = 0
    private var lookShown = 0
    private var isSettling = false

    nonisolated let positionCounts: [Int]

    init(models: [any RotaryValveModel], clock: LabClock, behaviour: SiLABehaviour) {
        self.models = models
        self.positionCounts = models.map(\.positionCount)
        self.clock = clock
        self.behaviour = behaviour
        self.feed = PropertyFeed(models.map { _ in 0 })
    }

    func subscribe() -> (key: Int, values: AsyncStream<[Int]>) { self.feed.subscribe() }
    func unsubscribe(_ key: Int) { self.feed.unsubscribe(key) }
    func systemState() -> String { self.behaviour.systemState }
    func change(_ edit: @Sendable (inout SiLABehaviour) -> Void) { edit(&self.behaviour) }

    /// Looks at the valves again and again until cancelled.
    func poll() async {
        while !Task.isCancelled {
            await self.look()
            let shortest: Duration = self.isSettling ? .milliseconds(2) : .milliseconds(50)
            try? await Task.sleep(for: max(self.clock.wall(self.behaviour.pollPeriod), shortest))
        }
    }

    /// Begins to turn and returns while the rotor still moves.
    func turn(_ index: Int, to position: Int) async {
        guard !self.behaviour.ignoresTurns else { return }
        await self.models[index].turn(to: position + 1)
        self.watchRotor(index)
    }

    func position(_ index: Int) async -> Int { await self.models[index].position() - 1 }

    func gate(_ context: ServerContext) async throws {
        while self.behaviour.isSilent, !context.cancellation.isCancelled {
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    func look() async {
        self.looks += 1
        let number = self.looks
        var positions: [Int] = []
        for model in self.models { positions.append(await model.position() - 1) }
        guard number > self.lookShown else { return }
        self.lookShown = number
        self.feed.publish(positions)
    }

    /// Looks every poll period until the rotor rests, so that a fast lab does not wait for the thinned-out polls.
    private func watchRotor(_ index: Int) {
        Task {
            for _ in 0..<200 {
                try? await self.clock.sleep(for: self.behaviour.pollPeriod)
                let isTurning = await self.models[index].isTurning()
                await self.look()
                if !isTurning { return }
            }
        }
    }
}
