import DeviceKit
import DeviceProfiles
import Protocols

/// How a model answers lines of text. Same bytes in, same bytes out.
struct ProfiledTextServer: Sendable {
    enum Answer: Sendable, Hashable {
        /// The message without ending; nil for a request that is not answered.
        case message([UInt8]?, isOfAction: Bool = false)
        /// It is none of this device's requests.
        case unknown
        case refused
    }

    var model: ProfiledModel
    /// Actions are acknowledged and not done.
    var isStuck = false

    private var profile: DeviceProfile { self.model.profile }

    /// - Parameter request: without check characters and ending.
    mutating func answer(_ request: [UInt8]) -> Answer {
        for action in self.profile.actions {
            guard case .text(let exchange) = action.access, let told = self.match(request, exchange) else { continue }
            let arguments = action.arguments.reduce(into: [:]) { values, argument in
                values[argument.name] = told[argument.name].flatMap { self.value($0, of: argument) }
            }
            if !self.isStuck, !self.model.perform(action, arguments) { return .refused }
            return .message(exchange.reply.flatMap { self.bytes($0, told) }, isOfAction: true)
        }
        for state in self.profile.states {
            guard case .text(let exchange)? = state.access, self.match(request, exchange) != nil else { continue }
            return .message(exchange.reply.flatMap { self.bytes($0, [:]) })
        }
        if case .exchange(let exchange) = self.profile.identity, self.match(request, exchange) != nil {
            let told: [String: WireValue] = [
                "model": .word(self.profile.model), "serial": .word("1"), "firmware": .word("1.0"),
            ]
            return .message(exchange.reply.flatMap { self.bytes($0, told) })
        }
        return .unknown
    }

    /// What a device says that talks by itself.
    func announcement() -> [UInt8]? {
        for state in self.profile.states {
            if case .text(let exchange)? = state.access, exchange.request == nil {
                return exchange.reply.flatMap { self.bytes($0, [:]) }
            }
        }
        return nil
    }

    private func match(_ request: [UInt8], _ exchange: TextExchange) -> [String: WireValue]? {
        guard let pattern = exchange.request?.filled(with: self.parameters),
            case .matched(let told, _) = pattern.match(request)
        else { return nil }
        return told
    }

    private var parameters: [String: WireValue] {
        self.model.parameters.mapValues { $0.quantity.map { .number($0.value) } ?? .word($0.word ?? "") }
    }

    private func bytes(_ reply: WirePattern, _ told: [String: WireValue]) -> [UInt8]? {
        var values = self.parameters
        for state in self.profile.states {
            guard let value = self.model.values[state.name] else { continue }
            values[state.name] =
                value.quantity.map { .number(state.scale.wire(of: $0.value, self.model.parameters)) }
                ?? .word(value.word ?? "")
        }
        return reply.bytes(values.merging(told) { _, told in told })
    }

    private func value(_ value: WireValue, of argument: ProfileAction.Argument) -> StateValue? {
        switch (argument.kind, value) {
        case (.number(let unit), .number(let number)):
            .number(AnyQuantity(argument.scale.value(ofWire: number, self.model.parameters), unit))
        case (.options, .word(let word)): .option(word)
        case (.text, .word(let word)): .text(word)
        default: nil
        }
    }
}
