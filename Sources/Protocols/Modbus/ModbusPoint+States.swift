public import DeviceKit

/// Values of points as states of devices that profiles describe.
extension ModbusPoint {
    /// A state's value as the point holds it.
    public func value(_ value: StateValue) -> ModbusValue {
        switch value {
        case .number(let quantity): self.isNumber ? .number(quantity.value) : .flag(quantity.value != 0)
        case .option(let word): .option(word)
        case .text(let text): .text(text)
        }
    }
}

extension StateValue {
    /// A point's value as one of a state's kind; nil where they do not go together.
    public init?(_ value: ModbusValue, of kind: ValueKind) {
        switch (value, kind) {
        case (.number(let number), .number(let unit)): self = .number(AnyQuantity(number, unit))
        case (.flag(let isOn), .number(let unit)): self = .number(AnyQuantity(isOn ? 1 : 0, unit))
        case (.option(let word), .options): self = .option(word)
        case (.text(let text), .text): self = .text(text)
        default: return nil
        }
    }
}
