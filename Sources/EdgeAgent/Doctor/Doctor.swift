import DeviceKit
import DeviceProfiles
import Store
import Uplink

/// Looks at everything that the agent of a lab needs, moves nothing, and says of each fault how it is mended.
public struct Doctor: Sendable {
    private let file: String

    /// - Parameter configuration: the lab's description.
    public init(configuration: String) {
        self.file = configuration
    }

    /// - Parameter onFinding: told of each at once.
    public func findings(onFinding: (DoctorFinding) -> Void = { _ in }) async -> [DoctorFinding] {
        var all: [DoctorFinding] = []
        func note(_ findings: [DoctorFinding]) {
            for finding in findings { onFinding(finding) }
            all += findings
        }
        let (lab, description) = self.readDescription()
        note([description])
        note([ClockCheck.finding()])
        note(await PortChecks(lab: lab).findings())
        guard let lab else { return all }
        note(Self.profiles(lab))
        let state = lab.configuration.stateDirectory
        note(StateDirectoryChecks.findings(state))
        note(await Self.lock(state))
        note(Self.passwordFile(lab.configuration.broker.passwordFile))
        note([await Self.broker(lab.configuration.broker)])
        return all
    }

    private func readDescription() -> (LabDescription?, DoctorFinding) {
        do throws(SourceDiagnostics) {
            let lab = try LabDescription(contentsOf: self.file)
            let warnings = lab.warnings.count
            guard warnings == 0 else {
                return (
                    lab,
                    .warning(
                        "description", "\(self.file) has \(warnings) warnings", mend: "edge-agent check \(self.file)")
                )
            }
            return (lab, .good("description", "\(self.file): lab \(lab.configuration.name)"))
        } catch {
            let errors = error.all.filter { $0.severity == .error }
            return (
                nil,
                .bad(
                    "description", "\(errors.count) errors; the first: \(errors.first.map { "\($0)" } ?? self.file)",
                    mend: "edge-agent check \(self.file)", .misconfigured)
            )
        }
    }

    private static func profiles(_ lab: LabDescription) -> [DoctorFinding] {
        let untried = lab.profiles.filter { $0.value.verification == nil }.keys.sorted()
        guard !untried.isEmpty else { return [.good("profiles", "all \(lab.profiles.count) were tried on hardware")] }
        return [
            .warning(
                "profiles", "not tried on hardware yet: \(untried.joined(separator: ", "))",
                mend: "watch the first run, then write `verified:` into the profile")
        ]
    }

    /// Whether an agent has the state directory, and answers.
    private static func lock(_ state: String) async -> [DoctorFinding] {
        guard AgentAccess.isPresent(in: state) else { return [.good("agent", "none has worked here yet")] }
        if await ControlClient(stateDirectory: state).isAnswered(within: .seconds(2)) {
            return [.good("agent", "an agent runs and answers")]
        }
        do throws(StoreError) {
            _ = try StateDirectory(path: state)
            return [.good("agent", "none runs")]
        } catch {
            return [
                .bad(
                    "agent", "\(error)", mend: "wait a minute if it has just started; otherwise end that process",
                    .unavailable)
            ]
        }
    }

    private static func passwordFile(_ path: String) -> [DoctorFinding] {
        guard let mode = StateDirectoryChecks.mode(of: path) else {
            return [
                .bad(
                    "password file", "\(path) cannot be read", mend: "write the broker's password into it",
                    .misconfigured)
            ]
        }
        guard mode & 0o077 == 0 else {
            return [.warning("password file", "others may read \(path)", mend: "chmod 600 \(path)")]
        }
        return []
    }

    private static func broker(_ broker: LabConfiguration.Broker) async -> DoctorFinding {
        guard let address = BrokerAddress(parsing: broker.url) else {
            return .bad("broker", "“\(broker.url)” is no address", mend: "correct `broker.url`", .misconfigured)
        }
        let client = FinalesClient(
            address: address, credentials: BrokerCredentials(user: broker.user, passwordFile: broker.passwordFile),
            limits: FinalesClient.Limits(connect: .seconds(3), total: .seconds(10)))
        let finding: DoctorFinding
        do throws(BrokerError) {
            let count = try await client.capabilities().count
            finding = .good("broker", "\(address) lets \(broker.user) in; \(count) capabilities on offer")
        } catch {
            finding = .bad(
                "broker", "\(address): \(error.detail)", mend: error.advice,
                error.code == .misconfigured ? .misconfigured : .unavailable)
        }
        await client.close()
        return finding
    }
}
