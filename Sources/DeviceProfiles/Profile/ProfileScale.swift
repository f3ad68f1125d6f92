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
    public func factor(_ parameters: [String: StateValue]) -> Double {
        self.factors.reduce(1) { product, factor in
            let number: Double
            switch factor.bound {
            case .number(let value): number = value
            case .parameter(let name): number = parameters[name]?.quantity?.value ?? .nan
            }
            return factor.isDivisor ? product / number : product * number
        }
    }

    public func value(ofWire wire: Double, _ parameters: [String: StateValue]) -> Double {
        let factor = self.factor(parameters)
        // Divided where the factor is one over an integer, so that 3 tenths are 0.3 and not 0.30000000000000004.
        let divisor = (1 / factor).rounded()
        return (1 / divisor == factor ? wire / divisor : wire * factor) + self.offset
    }

    public func wire(of value: Double, _ parameters: [String: StateValue]) -> Double {
        (value - self.offset) / self.factor(parameters)
    }
}
