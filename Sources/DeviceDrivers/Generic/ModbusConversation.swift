import DeviceKit
import DeviceProfiles
import Links
import Protocols

/// One turn on a Modbus line with one device.
struct ModbusConversation: ProfiledConversation {
    let wire: ModbusWire
    let turn: ModbusTurn

    func read(_ states: [ProfileState]) async throws(DeviceError) -> [String: StateValue] {
        var readable: [(state: ProfileState, point: ModbusPoint)] = []
        for state in states {
            guard case .register(let register)? = state.access else { continue }
            readable.append((state, try self.wire.point(register)))
        }
        let results = try await self.wire.unit.read(readable.map(\.point), on: self.turn)
        var values: [String: StateValue] = [:]
        for (one, result) in zip(readable, results) {
            do throws(ModbusPointError) {
                let found = try result.get()
                guard let value = StateValue(found, of: one.state.kind) else {
                    throw .unfit("the register does not hold what the profile says")
                }
                values[one.state.name] = value
            } catch {
                throw self.error(error, one.state)
            }
        }
        return values
    }

    func perform(
        _ action: ProfileAction, _ arguments: [String: StateValue], isLookedAt: Bool
    ) async throws(DeviceError) {
        guard case .registers(let writes) = action.access else { return }
        for write in writes {
            let point = try self.wire.point(write.register)
            let value: ModbusValue
            switch write.value {
            case .constant(let constant): value = constant
            case .argument(let name):
                guard let argument = arguments[name] else { continue }
                value = point.value(argument)
            }
            do throws(DeviceError) {
                try await self.wire.unit.write(value, to: point, on: self.turn)
            } catch  where isLookedAt && error.code == .unknownOutcome {
                // What it did instead of answering, the read-back shows.
            }
        }
    }

    func identify(_ exchange: TextExchange) async throws(DeviceError) -> [String: String] { [:] }

    private func error(_ error: ModbusPointError, _ state: ProfileState) -> DeviceError {
        let (code, advice): (DeviceError.Code, String) =
            switch error {
            case .missing: (.faulted, "Check the sensor and its wires.")
            case .unlisted: (.garbled, "Compare the options in the device's profile with its manual.")
            default: (.misconfigured, "Correct the register map in the device's profile.")
            }
        return DeviceError(
            code, device: self.wire.name, command: "read \(state.name)", error.description, advice: advice)
    }
}
