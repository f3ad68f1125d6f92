import DeviceDrivers
import DeviceKit
public import Protocols

/// What an operator reads from and tells a device of which its profile says everything.
public struct DescribedDevice: Sendable {
    private let device: any ProfiledDevice

    /// - Throws: `.misconfigured` for a device that has no named states and actions.
    public init(_ name: String, in laboratory: Laboratory) throws(OperatorError) {
        do throws(DeviceError) {
            self.device = try laboratory.described(name)
        } catch {
            let known = laboratory.described.keys.sorted().joined(separator: ", ")
            throw OperatorError(
                .badData,
                "\(name) is no device that its profile alone describes; here \(known.isEmpty ? "none is" : known)")
        }
    }

    /// States and actions, with what they take.
    public var description: JSONValue {
        [
            "device": .string(self.device.name),
            "states": .array(
                self.device.states.map { ["name": .string($0.name), "values": .string($0.kind.summary)] }),
            "actions": .array(
                self.device.actions.map { action in
                    [
                        "name": .string(action.name), "repeatable": .bool(action.isRepeatable),
                        "arguments": .array(
                            action.arguments.map {
                                ["name": .string($0.name), "values": .string($0.kind.summary(within: $0.range))]
                            }),
                    ]
                }),
        ]
    }

    /// - Parameter names: all states where there are none.
    /// - Returns: `{"temperature": {"value": 23.5, "unit": "°C"}, …}`
    public func read(_ names: [String]) async throws(OperatorError) -> JSONValue {
        let names = names.isEmpty ? self.device.states.map(\.name) : names
        return try await OperatorError.wrap { () async throws in
            let values = try await self.device.read(names, priority: .operator)
            var report = JSONObject()
            for name in names { report[name] = try values[name].map { try JSONValue(encoding: $0) } ?? .null }
            return .object(report)
        }
    }

    /// - Parameter arguments: as they are written, `25 °C` or `open`.
    public func perform(_ action: String, _ arguments: [String: String]) async throws(OperatorError) -> JSONValue {
        guard let description = self.device.actions.first(where: { $0.name == action }) else {
            let known = self.device.actions.map(\.name).joined(separator: ", ")
            throw OperatorError(.badData, "\(self.device.name) has no action “\(action)”; it has \(known)")
        }
        var values: [String: StateValue] = [:]
        for (name, text) in arguments {
            guard let argument = description.arguments.first(where: { $0.name == name }) else {
                let known = description.arguments.map(\.name).joined(separator: ", ")
                throw OperatorError(
                    .badData, "\(action) takes no “\(name)”; it takes \(known.isEmpty ? "nothing" : known)")
            }
            do throws(QuantityParseError) {
                values[name] = try argument.kind.value(parsing: text)
            } catch {
                throw OperatorError(.badData, "\(name): \(error)")
            }
        }
        let given = values
        return try await OperatorError.wrap { () async throws in
            try await self.device.perform(action, given, priority: .operator)
            return ["device": .string(self.device.name), "action": .string(action), "done": true]
        }
    }
}

extension ValueKind {
    /// In words, `°C` or `off, on`.
    fileprivate var summary: String {
        switch self {
        case .number(let unit): unit == .one ? "number" : unit.symbol
        case .options(let words): words.joined(separator: ", ")
        case .text: "text"
        }
    }

    fileprivate func summary(within range: ClosedRange<Double>?) -> String {
        guard let range, case .number(let unit) = self else { return self.summary }
        return "\(AnyQuantity(range.lowerBound, unit)) to \(AnyQuantity(range.upperBound, unit))"
    }
}
