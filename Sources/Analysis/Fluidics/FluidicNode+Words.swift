extension FluidicNode.Kind {
    /// The words for kinds in a nodes file.
    static let words = [
        "pump", "valve common", "valve port", "mixer inlet", "mixer outlet", "gas valve inlet", "gas valve outlet",
        "reservoir", "solvent", "waste", "vial", "ambient", "gas", "cell inlet", "cell outlet", "junction",
    ]

    /// Nil for an unknown word, and where a device or a port is needed but missing or out of range.
    init?(word: String, device: String?, port: Int?) {
        let device = device ?? ""
        let needsDevice = word.contains("valve") || word.contains("mixer") || word.contains("cell")
        guard !needsDevice || !device.isEmpty else { return nil }
        switch word {
        case "pump": self = .pump
        case "valve common": self = .valveCommon(valve: device)
        case "valve port":
            guard let port, port > 0 else { return nil }
            self = .valvePort(valve: device, port: port)
        case "mixer inlet":
            guard let port else { return nil }
            self = .mixerInlet(mixer: device, inlet: port)
        case "mixer outlet": self = .mixerOutlet(mixer: device)
        case "gas valve inlet":
            guard let port, port == 0 || port == 1 else { return nil }
            self = .gasValveInlet(valve: device, port: port)
        case "gas valve outlet": self = .gasValveOutlet(valve: device)
        case "reservoir": self = .reservoir
        case "solvent": self = .solvent
        case "waste": self = .waste
        case "vial": self = .vial
        case "ambient": self = .ambient
        case "gas": self = .gas
        case "cell inlet": self = .cellInlet(instrument: device)
        case "cell outlet": self = .cellOutlet(instrument: device)
        case "junction": self = .junction
        default: return nil
        }
    }

    /// The valve, mixer or instrument that the point is a port of.
    var device: String? {
        switch self {
        case .valveCommon(let name), .valvePort(let name, _), .mixerInlet(let name, _), .mixerOutlet(let name),
            .gasValveInlet(let name, _), .gasValveOutlet(let name), .cellInlet(let name), .cellOutlet(let name):
            name
        case .pump, .reservoir, .solvent, .waste, .vial, .ambient, .gas, .junction: nil
        }
    }

    var port: Int? {
        switch self {
        case .valvePort(_, let port), .mixerInlet(_, let port), .gasValveInlet(_, let port): port
        default: nil
        }
    }
}
