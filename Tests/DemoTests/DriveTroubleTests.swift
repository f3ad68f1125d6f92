import DeviceKit
import LabBench
import Simulators
import Testing

/// What the agent says of a pump in trouble, whether it is reached through its server or by its drive.
@Suite(.serialized, .timeLimit(.minutes(2))) struct DriveTroubleTests {
    static let labs = ["asab-epos", "asab-slcan"]

    @Test(arguments: labs)
    func `an overloaded drive stops, is told with what to do, and goes on when it is cleared`(_ lab: String)
        async throws
    {
        try await LabBench.run(lab) { bench in
            let pump = try bench.pump("A0.0")
            let moving = Task { await Self.error { try await Self.fill(pump) } }
            while try await pump.status().flow == .zero { try await Task.sleep(for: .milliseconds(5)) }
            try await bench.lab.tell("A0", .overload)
            let error = await moving.value
            #expect(error?.code == .faulted && error?.advice.contains("clear the fault") == true, "\(error as Any)")
            #expect(error?.detail.contains("rests at") == true)
            #expect(try await pump.status().isFaulted)
            #expect(await Self.error { try await Self.fill(pump) }?.code == .faulted)
            try await pump.clearFault()
            #expect(await Self.error { try await Self.fill(pump) } == nil)
        }
    }

    @Test(arguments: labs)
    func `a drive that lies, falls silent or loses its power is told as such`(_ lab: String) async throws {
        try await LabBench.run(lab) { bench in
            let pump = try bench.pump("A0.0")
            _ = try await pump.status()
            for (misbehaviour, code) in [
                (SimulatedLab.Misbehaviour.lies, DeviceError.Code.mismatch), (.silent, .timedOut),
                (.losesPower, .refused),
            ] {
                try await bench.lab.tell("A0", misbehaviour)
                let error = await Self.error { try await Self.fill(pump) }
                #expect(error?.code == code, "\(misbehaviour): \(error as Any)")
                try await bench.lab.tell("A0", .behaves)
                // Its neighbours on the line take no notice.
                #expect(await Self.error { try await Self.fill(bench.pump("B0.0")) } == nil)
            }
        }
    }

    private static func fill(_ pump: any SyringePump) async throws {
        _ = try await pump.move(toFillLevel: Volume(2, .millilitre), at: FlowRate(0.05, .millilitrePerSecond))
    }

    private static func error(_ body: () async throws -> Void) async -> DeviceError? {
        do {
            try await body()
            return nil
        } catch let error as DeviceError {
            return error
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
