public import Console
public import DeviceKit

/// What an agent is started with.
public struct AgentOptions: Sendable {
    public var lab: LabDescription
    /// Links that replace those of the lab's description, by device name: where a simulated lab listens.
    public var links: [String: String]
    public var clock: LabClock
    public var stateDirectory: String
    public var brokerURL: String
    public var user: String
    public var passwordFile: String
    /// Wall time between two looks at the broker.
    public var poll: Duration
    /// Whether an agent goes on that finds devices missing at its start; otherwise it ends.
    public var waitsForDevices = true
    /// Wall time between two attempts to reach a device that is missing at the start.
    public var greeting = Duration.seconds(5)
    /// Where pages are served; nil for none.
    public var console: ConsoleOptions?

    public init(
        lab: LabDescription, links: [String: String] = [:], clock: LabClock = LabClock(), stateDirectory: String? = nil,
        brokerURL: String? = nil, user: String? = nil, passwordFile: String? = nil, poll: Duration? = nil,
        console: ConsoleOptions? = nil
    ) {
        self.lab = lab
        self.links = links
        self.clock = clock
        self.stateDirectory = stateDirectory ?? lab.configuration.stateDirectory
        self.brokerURL = brokerURL ?? lab.configuration.broker.url
        self.user = user ?? lab.configuration.broker.user
        self.passwordFile = passwordFile ?? lab.configuration.broker.passwordFile
        self.console = console
        self.poll = poll ?? lab.configuration.broker.poll
    }
}
