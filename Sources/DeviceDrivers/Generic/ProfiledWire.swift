public import DeviceKit
public import DeviceProfiles

/// How one device is spoken to, in lines of text or in registers. What the states and actions mean, and what is allowed,
/// `GenericDevice` knows.
public protocol ProfiledWire: Sendable {
    /// Runs a conversation when its turn has come; nobody else speaks on the line meanwhile.
    ///
    /// - Parameters:
    ///   - command: what is being done, for messages.
    ///   - shielded: goes on in a cancelled task: for bringing a device to rest.
    func converse<Value: Sendable>(
        _ command: String, priority: LinkPriority, shielded: Bool,
        _ body: (any ProfiledConversation) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value

    /// Puts an action's request on the wire at once, whatever is in flight. Its answer is not waited for.
    func interrupt(by action: ProfileAction) throws(DeviceError)

    /// An action's request as people can read it.
    func command(_ action: ProfileAction, _ arguments: [String: StateValue]) -> String

    /// What an argument is after it went over the wire and back: rounded to what the device can be told.
    func rounded(_ value: StateValue, for argument: ProfileAction.Argument, of action: ProfileAction) -> StateValue
}

/// One turn on the line, in which several requests may follow each other.
public protocol ProfiledConversation {
    /// Reads states in as few requests as possible.
    func read(_ states: [ProfileState]) async throws(DeviceError) -> [String: StateValue]

    /// Tells the device to do something.
    ///
    /// - Parameter isLookedAt: whether what it did is read back afterwards; then a lost or garbled answer is no error.
    /// - Throws: `.refused` if it says no, `.unknownOutcome` if it says nothing and nobody looks.
    func perform(
        _ action: ProfileAction, _ arguments: [String: StateValue], isLookedAt: Bool
    ) async throws(DeviceError)

    /// What the device answers when asked who it is: `model`, `serial`, `firmware` as far as it tells.
    func identify(_ exchange: TextExchange) async throws(DeviceError) -> [String: String]
}
