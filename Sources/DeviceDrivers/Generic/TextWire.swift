public import DeviceKit
public import DeviceProfiles
import Links
import Protocols

/// A device that is spoken to in text.
public struct TextWire: ProfiledWire {
    let name: String
    let profile: DeviceProfile
    let parameters: [String: StateValue]
    let line: TextLine

    public init(name: String, profile: DeviceProfile, parameters: [String: StateValue], line: TextLine) {
        self.name = name
        self.profile = profile
        self.parameters = parameters
        self.line = line
    }

    public func converse<Value: Sendable>(
        _ command: String, priority: LinkPriority, shielded: Bool,
        _ body: (any ProfiledConversation) async throws(DeviceError) -> Value
    ) async throws(DeviceError) -> Value {
        try await self.line.link.exchange(command, priority: priority, shielded: shielded) {
            exchange throws(DeviceError) in
            let conversation = TextConversation(wire: self, exchange: exchange)
            try await self.line.awake(exchange) { () throws(DeviceError) in
                if let state = self.line.rules.wake.flatMap({ self.profile.state($0.state) }) {
                    _ = try await conversation.read([state])
                }
            }
            return try await body(conversation)
        }
    }

    public func interrupt(by action: ProfileAction) throws(DeviceError) {
        guard case .text(let exchange) = action.access, let bytes = self.request(exchange, self.wireParameters) else {
            return
        }
        try self.line.link.interrupt(bytes, command: self.command(action, [:]))
    }

    public func command(_ action: ProfileAction, _ arguments: [String: StateValue]) -> String {
        guard case .text(let exchange) = action.access,
            let bytes = exchange.request?.bytes(self.wireValues(arguments, of: action))
        else { return action.name }
        return String(LinkExchange.printable(bytes).dropFirst().dropLast())
    }

    public func rounded(
        _ value: StateValue, for argument: ProfileAction.Argument, of action: ProfileAction
    ) -> StateValue {
        guard let quantity = value.quantity, case .text(let exchange) = action.access, let request = exchange.request
        else { return value }
        let wire = argument.scale.wire(of: quantity.value, self.parameters)
        let rounded = request.rounded(wire, of: argument.name)
        return .number(AnyQuantity(argument.scale.value(ofWire: rounded, self.parameters), quantity.unit))
    }

    /// The parameters as they stand in messages.
    var wireParameters: [String: WireValue] {
        self.parameters.mapValues { value in
            value.quantity.map { .number($0.value) } ?? .word(value.word ?? "")
        }
    }

    /// Parameters, and arguments as they stand in the request.
    func wireValues(_ arguments: [String: StateValue], of action: ProfileAction) -> [String: WireValue] {
        action.arguments.reduce(into: self.wireParameters) { values, argument in
            guard let value = arguments[argument.name] else { return }
            values[argument.name] =
                value.quantity.map { .number(argument.scale.wire(of: $0.value, self.parameters)) }
                ?? .word(value.word ?? "")
        }
    }

    /// The whole request; nil where a value does not fit.
    func request(_ exchange: TextExchange, _ values: [String: WireValue]) -> [UInt8]? {
        let framing = self.line.rules.framing
        return exchange.request?.bytes(values).map {
            framing.framed($0, ending: exchange.requestEnd ?? framing.requestEnd)
        }
    }
}
