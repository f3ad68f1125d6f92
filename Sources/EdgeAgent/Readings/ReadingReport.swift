/// The newest reading of one state, for people and programs.
public struct ReadingReport: Sendable, Hashable, Codable {
    public var device: String
    public var state: String
    /// Nil for a word or a text, and where there is none yet.
    public var value: Double?
    public var unit = ""
    /// A word or a text.
    public var word: String?
    /// When it was read, ISO 8601 UTC.
    public var time: String?
    /// Why there is nothing newer.
    public var error: String?
    /// Polls that could not begin in their period since the agent started, and those left out while the device was silent.
    public var missed: Int?
    public var leftOut: Int?

    init(device: String, state: String) {
        self.device = device
        self.state = state
    }
}
