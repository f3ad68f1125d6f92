public import DeviceKit
public import DeviceProfiles
public import Links
import Protocols

/// A device that is spoken to in registers.
public struct ModbusWire: ProfiledWire {
    let name: String
    let parameters: [String: StateValue]
    let unit: ModbusUnit

    /// - Parameter line: of this device alone, or of all units of a serial line.
    /// - Throws: `.misconfigured` for a profile without registers, or a unit that is none.
    public init(
        name: String, profile: DeviceProfile, parameters: [String: StateValue], line: ModbusLink
    ) throws(DeviceError) {
        guard let modbus = profile.link.modbus else {
            throw Self.error(
                name, "open", "\(profile.model) has no registers", "Give `modbus` in the `link` of its profile.")
        }
        guard let address = modbus.unit(parameters) else {
            throw Self.error(
                name, "open", "no unit of a Modbus line is given",
                "Give the device's unit, 1 to 247, in its entry of the lab's description.")
        }
        self.name = name
        self.parameters = parameters
        self.unit = ModbusUnit(
            device: name, link: line, address: address,
            limits: ModbusReadPlan.Limits(
                registers: modbus.largestRead ?? 125, gap: modbus.gap,
                holes: modbus.holes.map { ModbusBlock($0.table, Range($0.addresses)) }))
    }

    public func converse<Value: Sendable>(
        _ command: String, priority: LinkPriority, shielded: Bool,
        _ body: (any ProfiledConversation) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await self.unit.link.converse(command, for: self.name, priority: priority, shielded: shielded) {
            turn throws(DeviceError) in
            try await body(ModbusConversation(wire: self, turn: turn))
        }
    }

    /// A request that breaks into another's answer would garble both: a stop goes next, and a read is given up for it.
    public func interrupt(by action: ProfileAction) throws(DeviceError) {}

    public func command(_ action: ProfileAction, _ arguments: [String: StateValue]) -> String {
        let words = arguments.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return ([action.name] + words).joined(separator: " ")
    }

    public func rounded(
        _ value: StateValue, for argument: ProfileAction.Argument, of action: ProfileAction
    ) -> StateValue {
        guard case .registers(let writes) = action.access,
            let write = writes.first(where: { $0.value == .argument(argument.name) }),
            let point = try? write.register.point(self.parameters),
            let contents = try? point.contents(for: point.value(value)),
            let found = try? point.value(in: contents, from: Int(point.address))
        else { return value }
        return StateValue(found, of: argument.kind) ?? value
    }

    func point(_ register: ProfileRegister) throws(DeviceError) -> ModbusPoint {
        do throws(ModbusPointError) {
            return try register.point(self.parameters)
        } catch {
            throw Self.error(
                self.name, "find register", error.description, "Correct the parameters in the lab's description.")
        }
    }

    private static func error(
        _ device: String, _ command: String, _ detail: String, _ advice: String
    ) -> DeviceError {
        DeviceError(.misconfigured, device: device, command: command, detail, advice: advice)
    }
}
