public import Console
public import DeviceKit
public import Methods

/// A lab as its `lab.yaml` describes it: where it is, what hangs on which link, and how it works.
public struct LabConfiguration: Sendable {
    public struct Location: Sendable {
        public var address: String
        public var machine: String
    }

    public struct Broker: Sendable {
        public var url: String
        public var user: String
        public var passwordFile: String
        public var tenant: String
        public var poll: Duration
    }

    public struct DeviceEntry: Sendable {
        public var name: String
        public var profile: String
        public var link: DeviceLink
        /// The pump's node in the tubing graph.
        public var node: String?
        public var innerDiameter: Length?
        public var stroke: Length?
        /// What the profile leaves open, as it is written: `channel`, a bus address, a syringe.
        public var parameters: [String: String] = [:]
        /// The CAN bus that the device hangs on, by a name of the lab's own.
        public var bus: String?
        /// Name by which the device's server introduces itself, if it must be checked.
        public var serverName: String?
        /// File with the certificate of the device's server, the only one that is then trusted; nil for plain text.
        public var certificateFile: String?
        /// Whether a serial device may be named by its number, which changes as devices are plugged in.
        public var allowsRenumbering = false
    }

    public var name: String
    /// Where the console listens; nil leaves that to the program.
    public var console: ConsoleOptions?
    /// Folder of the file; relative paths start here.
    public var directory: String
    public var location: Location
    public var stateDirectory: String
    /// Folder of the device profiles, `vendor/model.yaml` in it.
    public var profilesDirectory: String
    public var broker: Broker
    /// Whether it has chemistry, tubing and a cell. A lab in which people do everything has none of them: the files
    /// are nil then, and nothing asks for the settings.
    public var handlesLiquids: Bool
    public var chemicalsFile: String?
    public var stocksFile: String?
    public var nodesFile: String?
    public var edgesFile: String?
    public var tubingFile: String?
    public var fluidics: LiquidHandlingSettings
    public var cell: ConductivityCell
    public var conductivity: ConductivitySettings?
    public var electrolyte: ElectrolyteSettings?
    public var densimeter: DensimeterCell?
    public var density: DensimetrySettings?
    public var viscosity: DensimetrySettings?
    public var transport: TransportSettings?
    public var operators: OperatorSettings
    /// In the order of the file.
    public var devices: [DeviceEntry]
}
