import DeviceKit
import Protocols
import Store

/// Stopping a lab, whatever state its agent is in.
public enum AgentHalt {
    /// Through the running agent, which has the devices' links; without one, or if it does not answer, directly.
    ///
    /// - Parameter laboratory: made only if it is needed.
    /// - Returns: what was reached; what is said about the way, for people.
    public static func halt(
        stateDirectory: String, person: String, laboratory: () throws -> Laboratory
    ) async throws(OperatorError) -> (report: HaltReport, remarks: [String]) {
        let client = ControlClient(stateDirectory: stateDirectory)
        var remarks: [String] = []
        if await client.isAnswered(within: .seconds(1)) {
            do throws(OperatorError) {
                let answer = try await client.ask(.halt(person: person), within: .seconds(20))
                return (try await OperatorError.wrap { () async throws in try answer.decode(HaltReport.self) }, [])
            } catch {
                remarks.append("the agent could not halt (\(error)); the devices are stopped without it")
            }
        }
        let lab = try await OperatorError.wrap { () async throws in try laboratory() }
        let report = await lab.haltReport()
        if AgentAccess.isPresent(in: stateDirectory) {
            do {
                let journal = try Journal(in: StateDirectory(path: stateDirectory))
                try await journal.noteHalt(by: person, report)
                if journal.hadCleanShutdown { try await journal.close() } else { try await journal.leaveUnclean() }
            } catch {
                remarks.append("the halt could not be noted: \(error)")
            }
        }
        return (report, remarks)
    }
}
