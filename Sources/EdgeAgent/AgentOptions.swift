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

    public init(
        lab: LabDescription, links: [String: String] = [:], clock: LabClock = LabClock(), stateDirectory: String? = nil,
        brokerURL: String? = nil, user: String? = nil, passwordFile: String? = nil, poll: Duration? = nil
    ) {
        self.lab = lab
        self.links = links
        self.clock = clock
        self.stateDirectory = stateDirectory ?? lab.configuration.stateDirectory
        self.brokerURL = brokerURL ?? lab.configuration.broker.url
        self.user = user ?? lab.configuration.broker.user
        self.passwordFile = passwordFile ?? lab.configuration.broker.passwordFile
        self.poll = poll ?? lab.configuration.broker.poll
    }
}
