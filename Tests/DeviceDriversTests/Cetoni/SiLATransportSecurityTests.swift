import DeviceDrivers
import DeviceKit
import Foundation
import Simulators
import Testing

/// Servers make their certificates themselves: who holds the pinned one is trusted, and nobody else.
@Suite(.timeLimit(.minutes(1)), .enabled(if: Certificates.canBeMade, "openssl is not installed"))
struct SiLATransportSecurityTests {
    private func identify(serverWith own: String, pinned: String) async throws -> Result<String, DeviceError> {
        let certificates = try Certificates(named: [own, pinned])
        defer { certificates.remove() }
        let clock = LabClock(speed: 20)
        let server = SimulatedSiLAServer(
            name: "QmixV 1 Valve", valves: [AnalyticValve(clock: clock)], clock: clock,
            tls: .init(certificatePath: certificates.path(own, "pem"), keyPath: certificates.path(own, "key")))
        let port = try await server.start()
        let connection = try SiLAConnection(
            device: "valve-1",
            endpoint: SiLAEndpoint(
                host: "127.0.0.1", port: port,
                security: .pinned(certificatePath: certificates.path(pinned, "pem"))))
        let valve = SiLARotaryValve(name: "valve-1", connection: connection, clock: clock)
        let result: Result<String, DeviceError>
        do throws(DeviceError) {
            result = .success(try await valve.identify().model)
        } catch {
            result = .failure(error)
        }
        connection.close()
        await server.stop()
        return result
    }

    @Test func `the server that holds the pinned certificate is used`() async throws {
        let name = try await self.identify(serverWith: "ours", pinned: "ours").get()
        #expect(name == "QmixV 1 Valve")
    }

    @Test func `a server with another certificate is not used`() async throws {
        let result = try await self.identify(serverWith: "theirs", pinned: "ours")
        guard case .failure(let error) = result else {
            Issue.record("a foreign server was used")
            return
        }
        #expect(error.code == .absent)
    }

    @Test func `a certificate file that is missing is a misconfiguration`() {
        let endpoint = SiLAEndpoint(
            host: "127.0.0.1", port: 1, security: .pinned(certificatePath: "/nonexistent/certificate.pem"))
        do throws(DeviceError) {
            _ = try SiLAConnection(device: "valve-1", endpoint: endpoint)
            Issue.record("a missing certificate was accepted")
        } catch {
            #expect(error.code == .misconfigured)
        }
    }
}
