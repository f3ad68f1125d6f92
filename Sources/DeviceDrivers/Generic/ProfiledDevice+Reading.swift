import DeviceKit

/// States that a profile of the family has, as the loader checked.
extension ProfiledDevice {
    func word(_ state: String) async throws(DeviceError) -> String {
        guard let word = try await self.read([state])[state]?.word else { throw self.lacking(state) }
        return word
    }

    func quantity<Kind>(_ state: String, _: Kind.Type = Kind.self) async throws(DeviceError) -> Quantity<Kind> {
        guard let value = try await self.read([state])[state]?.quantity?.quantity(Kind.self) else {
            throw self.lacking(state)
        }
        return value
    }

    func measured<Kind>(_ state: String) async throws(DeviceError) -> Measured<Kind> {
        try self.measured(state, in: try await self.read([state]))
    }

    /// A reading with the uncertainty that the profile gives it.
    func measured<Kind>(_ state: String, in values: [String: StateValue]) throws(DeviceError) -> Measured<Kind> {
        guard let read = values[state]?.quantity, let value = read.quantity(Kind.self),
            let uncertainty = self.states.first(where: { $0.name == state })?.uncertainty,
            let next = AnyQuantity(read.value + uncertainty, read.unit).quantity(Kind.self)
        else { throw self.lacking(state) }
        return Measured(value, uncertainty: next - value)
    }

    private func lacking(_ state: String) -> DeviceError {
        DeviceError(
            .misconfigured, device: self.name, command: "read \(state)", "there is no such reading",
            advice: "Correct the profile: `state: \(state)` with its unit or options, and its uncertainty.")
    }
}
