public import DeviceKit
public import DeviceProfiles
public import Links
public import Protocols

extension SimulatedLab {
    /// A lab to simulate: its liquids and tubing, and the devices that a driver can reach.
    public struct Description: Sendable {
        public var world: WorldDescription
        public var devices: [Device]

        public init(world: WorldDescription, devices: [Device]) {
            self.world = world
            self.devices = devices
        }
    }

    /// A device with its line. Names in `kind` are those of the world.
    public struct Device: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            /// A syringe pump with a SiLA 2 server of its own.
            case pump(String)
            /// A syringe pump as its maxon drive; those that name the same line share it. The first one is at its end.
            case drive(String, node: UInt8, family: SimulatedEposDrive.Family, wire: DriveWire, line: String)
            /// A rotary valve with a SiLA 2 server of its own.
            case valve(String)
            /// One channel, 1…4, of a relay board; devices that name the same board share its line. A channel without
            /// a gas valve clicks and moves nothing.
            case relay(board: String, channel: Int, gasValve: String?)
            /// A device of which its profile says everything; devices that name the same line share it.
            case profiled(DeviceProfile, parameters: [String: StateValue], line: String)
            /// A potentiostat; without a cell its leads hang in the air.
            case potentiostat(cell: String?)
            /// A PalmSens4 with its bridge.
            case bridgedPotentiostat(cell: String?)
            /// A potentiostat that a person operates, by session files.
            case sessionFolder(cell: String?)
            /// A densimeter with a viscometer; without a cell it holds air.
            /// - Parameter isStartedByHand: a person starts it by `start(_:method:sample:)`.
            case densimeter(cell: String?, methods: [DensimeterMethod], isStartedByHand: Bool = false)
        }

        /// How drives are spoken to.
        public enum DriveWire: Sendable, Hashable {
            case serial(EposDialect)
            /// CANopen through a serial adapter.
            case slcan
        }

        public enum Line: Sendable, Hashable {
            case tcp
            /// A pseudo-terminal; not for SiLA servers.
            case tty
            /// Two folders, for instruments that exchange files.
            case folder
        }

        public var name: String
        public var kind: Kind
        public var line: Line

        public init(name: String, kind: Kind, line: Line = .tcp) {
            self.name = name
            self.kind = kind
            self.line = line
        }
    }
}

/// Where a simulated device listens.
public struct SimulatedEndpoint: Sendable, Hashable {
    public var device: String
    /// The family of its profile, `syringe-pump` for example.
    public var kind: String
    public var endpoint: LinkEndpoint

    public init(device: String, kind: String, endpoint: LinkEndpoint) {
        self.device = device
        self.kind = kind
        self.endpoint = endpoint
    }
}

extension SimulatedLab.Device.Kind {
    var word: String {
        switch self {
        case .pump, .drive: "syringe-pump"
        case .valve: "rotary-valve"
        case .relay: "relay"
        case .potentiostat, .bridgedPotentiostat, .sessionFolder: "potentiostat"
        case .densimeter: "densimeter"
        case .profiled(let profile, _, _): profile.family.rawValue
        }
    }
}
