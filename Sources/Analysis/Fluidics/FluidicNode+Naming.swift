extension FluidicNode.Kind {
    /// Reads the kind from a node's name, as laboratories built on rotary valves and syringe pumps write them:
    ///
    /// | name | kind |
    /// |---|---|
    /// | `A0.0` | port of pump A |
    /// | `V3.0`, `V3.7` | common and selectable port of rotary valve V3 |
    /// | `M1.0`, `M1.4` | outlet and inlet of mixer M1 |
    /// | `ArdV_0_1.0`, `ArdV_0_1.1`, `ArdV_0_1_0.0` | inlets (relay released, energised) and outlet of gas valve `ArdV_0_1` |
    /// | `Reservoir2`, `Solvent`, `waste_1`, `vial_3`, `ambient`, `pressurizedGas` | terminals |
    /// | `nmrIN`, `nmrOUT` | ends of the cell of instrument `nmr` |
    ///
    /// Nil for a name outside this grammar.
    public init?(readingName name: String) {
        if let kind = Self(terminalName: name) ?? Self(cellName: name) ?? Self(portName: name) {
            self = kind
        } else {
            return nil
        }
    }

    private init?(terminalName name: String) {
        switch name {
        case "Solvent": self = .solvent
        case "ambient": self = .ambient
        case "pressurizedGas": self = .gas
        case _ where name.isNumbered(after: "Reservoir"): self = .reservoir
        case _ where name.isNumbered(after: "waste_"): self = .waste
        case _ where name.isNumbered(after: "vial_"): self = .vial
        default: return nil
        }
    }

    private init?(cellName name: String) {
        if name.hasSuffix("OUT"), name.count > 3 {
            self = .cellOutlet(instrument: String(name.dropLast(3)))
        } else if name.hasSuffix("IN"), name.count > 2 {
            self = .cellInlet(instrument: String(name.dropLast(2)))
        } else {
            return nil
        }
    }

    private init?(portName name: String) {
        guard let dot = name.lastIndex(of: "."), let port = Int(plainDigits: name[name.index(after: dot)...]) else {
            return nil
        }
        let device = String(name[..<dot])
        if device.isNumbered(after: "V") {
            self = port == 0 ? .valveCommon(valve: device) : .valvePort(valve: device, port: port)
        } else if device.isNumbered(after: "M") {
            self = port == 0 ? .mixerOutlet(mixer: device) : .mixerInlet(mixer: device, inlet: port)
        } else if device.hasPrefix("ArdV_") {
            let numbers = device.dropFirst("ArdV_".count).split(separator: "_", omittingEmptySubsequences: false)
            guard numbers.allSatisfy({ Int(plainDigits: $0) != nil }) else { return nil }
            switch numbers.count {
            case 2 where port <= 1: self = .gasValveInlet(valve: device, port: port)
            case 3 where port == 0 && numbers[2] == "0": self = .gasValveOutlet(valve: String(device.dropLast(2)))
            default: return nil
            }
        } else if let letter = device.first, letter.isASCII, letter.isUppercase, device.dropFirst() == "0", port == 0 {
            self = .pump
        } else {
            return nil
        }
    }
}

extension String {
    fileprivate func isNumbered(after prefix: String) -> Bool {
        self.hasPrefix(prefix) && Int(plainDigits: self.dropFirst(prefix.count)) != nil
    }
}

extension Int {
    /// Decimal digits only: no sign, no space.
    init?(plainDigits text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.init(text)
    }
}
