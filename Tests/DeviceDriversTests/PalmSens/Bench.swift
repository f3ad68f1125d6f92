import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Testing

/// A simulated potentiostat on a cell, and the driver connected to it.
struct Bench {
    let cell: ConstantPhaseCell
    let instrument: SimulatedPotentiostat
    let potentiostat: MethodScriptPotentiostat
    let endpoint: LinkEndpoint

    init(
        over line: MethodScriptPotentiostatTests.Line,
        speed: Double = 500,
        circuit: ConstantPhaseCell.Circuit? = ConstantPhaseCell.Circuit(),
        timeouts: LinkTimeouts = LinkTimeouts(),
        margin: Duration = .seconds(5),
        tap: LinkTap? = nil
    ) async throws {
        let clock = LabClock(speed: speed)
        self.cell = ConstantPhaseCell(circuit)
        self.instrument = SimulatedPotentiostat(cell: self.cell, clock: clock)
        self.endpoint =
            switch line {
            case .tcp: try await self.instrument.listen()
            case .pseudoTerminal: try await self.instrument.openPseudoTerminal()
            }
        let options = MethodScriptOptions(
            timeouts: timeouts,
            acceptance: margin,
            margin: margin,
            abort: .seconds(3)
        )
        self.potentiostat = MethodScriptPotentiostat(
            name: "potentiostat",
            endpoint: self.endpoint,
            options: options,
            clock: clock,
            tap: tap
        )
    }

    func fault(_ change: (inout InstrumentFaults) -> Void) async {
        var faults = await self.instrument.faults
        change(&faults)
        await self.instrument.set(faults: faults)
    }

    /// Waits until a condition holds, at most five seconds.
    func until(_ condition: () async -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(5)
        while await !condition() {
            try #require(ContinuousClock.now < limit, "the condition did not come true")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    func close() async {
        await self.instrument.shutDown()
    }
}
