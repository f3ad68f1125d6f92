public import DeviceKit

/// Something that happened in the simulated world, whatever anybody planned or was told.
public struct WorldEvent: Sendable, Hashable {
    public enum Occurrence: Sendable, Hashable {
        /// A motion ended; the plunger's true levels.
        case pumpMoved(pump: String, from: Volume, to: Volume)
        case valveTurned(valve: String, from: Int, to: Int)
        case relaySwitched(relay: String, energised: Bool)
        /// A drive went into fault.
        case overload(pump: String, reason: String)
        /// What would break glass or spill in a real lab.
        case unsafe(device: String, reason: String)
        case cellSwitched(cell: String, on: Bool)
        case measurement(cell: String, tag: String, truth: CellTruth)
        /// A delivery into a bottle or vial ended: the liquid's volume, volume fractions by liquid id, and the gas that
        /// came with it.
        case arrived(terminal: String, volume: Volume, content: [String: Double], gas: Volume)
        /// A bottle gave its last liquid: from here on it gives air.
        case ranDry(terminal: String)
        /// A fault that was put in from outside.
        case injected(device: String, fault: String)
    }

    /// Lab time since the world's clock was made.
    public var time: Duration
    public var occurrence: Occurrence

    public init(time: Duration, occurrence: Occurrence) {
        self.time = time
        self.occurrence = occurrence
    }
}

extension WorldEvent {
    /// The first words of an event on the wire.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case pumpMoved = "pump moved"
        case valveTurned = "valve turned"
        case relaySwitched = "relay switched"
        case overload
        case unsafe
        case cellSwitched = "cell switched"
        case measurement
        case arrived
        case ranDry = "ran dry"
        case injected
    }

    public var kind: Kind {
        switch self.occurrence {
        case .pumpMoved: .pumpMoved
        case .valveTurned: .valveTurned
        case .relaySwitched: .relaySwitched
        case .overload: .overload
        case .unsafe: .unsafe
        case .cellSwitched: .cellSwitched
        case .measurement: .measurement
        case .arrived: .arrived
        case .ranDry: .ranDry
        case .injected: .injected
        }
    }
}

/// Flat objects: `time` in seconds, `kind`, and the kind's own keys; volumes in mL.
extension WorldEvent: Codable {
    private enum Key: String, CodingKey {
        case time, kind, pump, valve, relay, device, cell, terminal
        case from, to, energised, on, reason, fault, tag, truth, volume, content, gas
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        func text(_ key: Key) throws -> String { try fields.decode(String.self, forKey: key) }
        func volume(_ key: Key) throws -> Volume { Volume(try fields.decode(Double.self, forKey: key), .millilitre) }
        func flag(_ key: Key) throws -> Bool { try fields.decode(Bool.self, forKey: key) }
        self.time = .seconds(try fields.decode(Double.self, forKey: .time))
        self.occurrence =
            switch try fields.decode(Kind.self, forKey: .kind) {
            case .pumpMoved: .pumpMoved(pump: try text(.pump), from: try volume(.from), to: try volume(.to))
            case .valveTurned:
                .valveTurned(
                    valve: try text(.valve),
                    from: try fields.decode(Int.self, forKey: .from),
                    to: try fields.decode(Int.self, forKey: .to)
                )
            case .relaySwitched: .relaySwitched(relay: try text(.relay), energised: try flag(.energised))
            case .overload: .overload(pump: try text(.pump), reason: try text(.reason))
            case .unsafe: .unsafe(device: try text(.device), reason: try text(.reason))
            case .cellSwitched: .cellSwitched(cell: try text(.cell), on: try flag(.on))
            case .measurement:
                .measurement(
                    cell: try text(.cell),
                    tag: try text(.tag),
                    truth: try fields.decode(CellTruth.self, forKey: .truth)
                )
            case .arrived:
                .arrived(
                    terminal: try text(.terminal),
                    volume: try volume(.volume),
                    content: try fields.decode([String: Double].self, forKey: .content),
                    gas: try volume(.gas)
                )
            case .ranDry: .ranDry(terminal: try text(.terminal))
            case .injected: .injected(device: try text(.device), fault: try text(.fault))
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(self.time.seconds, forKey: .time)
        try fields.encode(self.kind, forKey: .kind)
        switch self.occurrence {
        case .pumpMoved(let pump, let from, let to):
            try fields.encode(pump, forKey: .pump)
            try fields.encode(from.in(.millilitre), forKey: .from)
            try fields.encode(to.in(.millilitre), forKey: .to)
        case .valveTurned(let valve, let from, let to):
            try fields.encode(valve, forKey: .valve)
            try fields.encode(from, forKey: .from)
            try fields.encode(to, forKey: .to)
        case .relaySwitched(let relay, let energised):
            try fields.encode(relay, forKey: .relay)
            try fields.encode(energised, forKey: .energised)
        case .overload(let pump, let reason):
            try fields.encode(pump, forKey: .pump)
            try fields.encode(reason, forKey: .reason)
        case .unsafe(let device, let reason):
            try fields.encode(device, forKey: .device)
            try fields.encode(reason, forKey: .reason)
        case .cellSwitched(let cell, let on):
            try fields.encode(cell, forKey: .cell)
            try fields.encode(on, forKey: .on)
        case .measurement(let cell, let tag, let truth):
            try fields.encode(cell, forKey: .cell)
            try fields.encode(tag, forKey: .tag)
            try fields.encode(truth, forKey: .truth)
        case .arrived(let terminal, let volume, let content, let gas):
            try fields.encode(terminal, forKey: .terminal)
            try fields.encode(volume.in(.millilitre), forKey: .volume)
            try fields.encode(content, forKey: .content)
            try fields.encode(gas.in(.millilitre), forKey: .gas)
        case .ranDry(let terminal):
            try fields.encode(terminal, forKey: .terminal)
        case .injected(let device, let fault):
            try fields.encode(device, forKey: .device)
            try fields.encode(fault, forKey: .fault)
        }
    }
}
