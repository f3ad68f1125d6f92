import Console
import DeviceKit
import Store

extension Journal {
    private static let invitationHours = 72

    /// Makes a code by which a person becomes a user of the console. Only its hash is kept.
    ///
    /// - Parameters:
    ///   - name: empty where the person chooses one.
    ///   - person: who invites; nil for the agent itself.
    func invite(_ name: String, _ role: Role, by person: String?) async throws(StoreError) -> InvitationReport {
        let code = Secret.makeCode()
        let duration = Duration.seconds(3600 * Self.invitationHours)
        try await self.invite(code.hash, name: name, role: role, for: duration, by: person)
        return InvitationReport(code: code.text, user: name, role: role, hours: Self.invitationHours)
    }
}
