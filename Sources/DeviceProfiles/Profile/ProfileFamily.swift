/// What a device is to a lab's methods.
public enum ProfileFamily: String, Sendable, CaseIterable {
    case syringePump = "syringe-pump"
    case rotaryValve = "rotary-valve"
    case potentiostat
    case densimeter
    case relay
    case thermometer
    case thermostat
    case balance
    /// Described states and actions, and nothing that a method knows by name.
    case other

    /// The states and actions by which a generic device serves the family's capability protocol.
    var needs: (states: [String], actions: [String]) {
        switch self {
        case .relay: (["energised"], ["energise", "release"])
        case .thermometer: (["temperature"], [])
        case .thermostat: (["temperature", "setpoint", "running"], ["set-temperature", "start", "stop"])
        case .balance: (["mass", "stable"], ["tare"])
        case .syringePump, .rotaryValve, .potentiostat, .densimeter, .other: ([], [])
        }
    }
}
