import DeviceDrivers
import DeviceKit
import Links
import Simulators
import Testing
import Trials

/// R19: bytes that are damaged between agent and SiLA server. HTTP/2 has no checksum; what protects it is TLS, which CETONI's
/// servers use. In plain text, as for tests, only TCP's own checksum does.
@Suite(.serialized, .timeLimit(.minutes(60)), .enabled(if: Certificates.canBeMade, "openssl is not installed"))
struct SiLANoiseTests {
    private static let noises: [LinkFault] = [
        LinkFault(.drop(rate: 0.001)), LinkFault(.double(rate: 0.001)), LinkFault(.corrupt(rate: 0.001)),
        LinkFault(.garbage(.inside, longest: 20, rate: 0.2)), LinkFault(.garbage(.before, longest: 20, rate: 0.2)),
        LinkFault(.corrupt(rate: 0.001), .upstream), LinkFault(.drop(rate: 0.001), .upstream),
        LinkFault(.slicer(averageSize: 7, sizeVariation: 5)), LinkFault(.flood(bytes: 1_000_000)),
        LinkFault(.limitData(bytes: 900)),
    ]

    @Test func `damaged bytes never become a fill level, and a move is what it is said to be`() async throws {
        let rounds = Trials.rounds("R19 SiLA over TLS", 8, soak: 1000)
        var random = rounds.random
        let certificates = try Certificates(named: ["server"])
        defer { certificates.remove() }
        let clock = LabClock(speed: 50)
        let model = AnalyticPump(clock: clock, fillLevel: Volume(5, .millilitre))
        let server = SimulatedSiLAServer(
            name: SiLABench.serverName, pump: model, clock: clock,
            tls: .init(
                certificatePath: certificates.path("server", "pem"), keyPath: certificates.path("server", "key")))
        let port = UInt16(try await server.start())
        let proxy = FaultProxy(to: TCPLink(host: "127.0.0.1", port: port), seed: rounds.seed)
        guard case .tcp(let host, let proxied) = try await proxy.listen() else { return }
        let connection = try SiLAConnection(
            device: "pump-1",
            endpoint: SiLAEndpoint(
                host: host, port: Int(proxied),
                security: .pinned(certificatePath: certificates.path("server", "pem"))))
        let pump = SiLASyringePump(
            name: "pump-1", connection: connection, syringe: SiLABench.syringe, clock: clock,
            serverName: SiLABench.serverName, margin: .milliseconds(500))
        var (right, refused) = (0, 0)
        for number in 0..<rounds.count {
            try await Self.becomesWell(pump, model, "\(rounds), round \(number)")
            let noise = Self.noises.randomElement(using: &random) ?? Self.noises[0]
            let goal = Volume(Double.random(in: 1...9, using: &random), .millilitre)
            let told: Comment = "\(rounds), round \(number), \(noise)"
            try await proxy.set([noise])
            do throws(DeviceError) {
                _ = try await pump.move(toFillLevel: goal, at: FlowRate(1, .millilitrePerSecond))
                let level = await model.state().fillLevel
                #expect((level - goal).magnitude < Volume(20, .microlitre), told)
                right += 1
            } catch {
                #expect(![.cancelled, .misconfigured, .unsafe, .refused].contains(error.code), "\(told): \(error)")
                refused += 1
            }
            try await proxy.set([])
        }
        print("R19 SiLA over TLS: \(right) moves done, \(refused) with an error")
        #expect(refused > 0, "\(rounds)")
        connection.close()
        await proxy.shutDown()
        await server.stop()
    }

    /// Without faults the server is soon reached again; then the plunger is brought to rest and read back.
    private static func becomesWell(_ pump: SiLASyringePump, _ model: AnalyticPump, _ told: Comment) async throws {
        let limit = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < limit {
            do throws(DeviceError) {
                try await pump.stop()
                let level = try await pump.status().fillLevel
                let truth = await model.state().fillLevel
                #expect((level - truth).magnitude < Volume(20, .microlitre), told)
                return
            } catch {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        Issue.record("the server is not reached any more: \(told)")
    }
}
