import Console
import DeviceKit
import Methods
import Store

extension Agent {
    /// Serves the console until the task is cancelled. Where its address was not chosen by anybody, the lab does not stand
    /// still because of it: it is tried again.
    func serve(_ options: ConsoleOptions, _ desk: OperatorDesk, _ model: LabModel) async throws {
        let pages = AgentConsole(
            desk, model, self.events, isUplinkInsecure: Self.isInsecure(self.options.brokerURL))
        let console: Console
        do throws(ConsoleError) {
            console = try Console(options, desk: pages, journal: desk.journal)
        } catch {
            throw AgentError(.misconfigured, "\(error)")
        }
        var hasFailed = false
        while true {
            do {
                try await console.run { url in
                    self.observe(.consoleReady(url: url))
                    await self.inviteFirst(desk.journal, url: url)
                }
                try Task.checkCancellation()
            } catch let error as ConsoleError {
                guard options.mayTakeAnotherPort else { throw AgentError(.unavailable, "\(error)") }
                if !hasFailed { self.observe(.notice("\(error)")) }
                hasFailed = true
            }
            try await ContinuousClock().sleep(for: .seconds(10))
        }
    }

    /// There is no password to begin with: whoever reads the agent's log may enrol.
    private func inviteFirst(_ journal: Journal, url: String) async {
        do throws(StoreError) {
            guard try await journal.users().isEmpty else { return }
            let invitation = try await journal.invite("", .engineer, by: nil)
            self.observe(.enrolmentCode(invitation.code, url: url))
        } catch {
            self.observe(.notice("nobody can enrol at the console: \(error)"))
        }
    }

    /// Clear text to another machine.
    private static func isInsecure(_ url: String) -> Bool {
        guard url.hasPrefix("http://") else { return false }
        let authority = url.dropFirst(7).prefix { $0 != "/" }
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        return !ConsoleOptions.isLoopback(String(host))
    }
}
