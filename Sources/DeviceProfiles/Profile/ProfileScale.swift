public import DeviceKit

/// How a number on the wire becomes a number with a unit: value = wire × factor + offset.
public struct ProfileScale: Sendable, Hashable {
    /// A product of numbers and parameters, each multiplied or divided by.
    public struct Factor: Sendable, Hashable {
        public var bound: ProfileBound
        public var isDivisor: Bool
    }

    public var factors: [Factor]
    public var offset: Double

    public static let identity = ProfileScale(factors: [], offset: 0)

    /// - Parameter parameters: values in the units in which they are declared.
    public func factor(_ parameters: [String: StateValue]) -> Double { self.apply(to: 1, parameters) }

    public func value(ofWire wire: Double, _ parameters: [String: StateValue]) -> Double {
        self.apply(to: wire, parameters) + self.offset
    }

    public func wire(of value: Double, _ parameters: [String: StateValue]) -> Double {
        self.factors.reversed().reduce(value - self.offset) { product, factor in
            let number = factor.number(parameters)
            return factor.isDivisor ? product * number : product / number
        }
    }

    private func apply(to wire: Double, _ parameters: [String: StateValue]) -> Double {
        self.factors.reduce(wire) { product, factor in
            let number = factor.number(parameters)
            guard !factor.isDivisor else { return product / number }
            // Divided where the factor is one over an integer, so that 3 tenths are 0.3 and not 0.30000000000000004.
            let divisor = (1 / number).rounded()
            return 1 / divisor == number ? product / divisor : product * number
        }
    }
}

extension ProfileScale.Factor {
    fileprivate func number(_ parameters: [String: StateValue]) -> Double {
        switch self.bound {
        case .number(let value): value
        case .parameter(let name): parameters[name]?.quantity?.value ?? .nan
        }
    }
}
