import DeviceKit
import DeviceProfiles

/// Values that make sense above zero only.
extension ConfigurationSection {
    func positiveQuantity<Kind>(_ key: String, _ kind: Quantity<Kind>.Type) -> Quantity<Kind>? {
        self.quantity(key, kind).map { self.positive(key, $0, zero: .zero) }
    }

    func positiveDuration(_ key: String) -> Duration? {
        self.duration(key).map { self.positive(key, $0) }
    }

    func positive(_ key: String, _ value: Duration) -> Duration { self.positive(key, value, zero: .zero) }
    func positive(_ key: String, _ value: Double) -> Double { self.positive(key, value, zero: 0) }

    private func positive<Value: Comparable>(_ key: String, _ value: Value, zero: Value) -> Value {
        if !(value > zero) {
            self.report("\(self.path.isEmpty ? key : "\(self.path).\(key)"): \(value) must be above zero", key: key)
        }
        return value
    }
}
