/// Where liquid or gas came from: a stock solution by its identifier, the cleaning solvent, gas.
public struct FluidSource: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ stock: String) { self.rawValue = stock }
    public init(stringLiteral value: String) { self.rawValue = value }

    /// The gas that lines are blown out with, and the atmosphere around the set-up.
    public static let gas = FluidSource("gas")
    public static let solvent = FluidSource("Solvent")
    /// Water, or a standard made with it, that a person has filled into a cell. Where it meets what LiPF6 has left, it forms
    /// HF, so nothing moves through a cell that holds it.
    public static let aqueous = FluidSource("aqueous standard")
}

extension FluidSource: Comparable, CustomStringConvertible {
    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    public var description: String { self.rawValue }
}

/// What a liquid consists of: volume fractions of the sources that were mixed. They sum to 1; gas counts as a source.
public struct Liquid: Sendable, Hashable {
    /// Positive fractions by source.
    public let fractions: [FluidSource: Double]

    /// One source, undiluted.
    public init(_ source: FluidSource) { self.fractions = [source: 1] }

    /// A mixture of `parts` by volume, in any common unit. Nil unless all are finite, none is negative and one is
    /// positive.
    public init?(mixing parts: [FluidSource: Double]) {
        let positive = parts.filter { $0.value > 0 }
        let total = positive.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        guard parts.values.allSatisfy({ $0.isFinite && $0 >= 0 }), total > 0, total.isFinite else { return nil }
        self.fractions = positive.mapValues { $0 / total }
    }

    public static let gas = Liquid(.gas)
    public static let solvent = Liquid(.solvent)

    public subscript(source: FluidSource) -> Double { self.fractions[source] ?? 0 }

    public var isGas: Bool { self.fractions.count == 1 && self.fractions[.gas] != nil }

    /// The part of this liquid that cannot be accounted for by `other`: 0 for equal liquids, 1 for liquids without a
    /// common source.
    public func foreignFraction(to other: Liquid) -> Double {
        self.fractions.sorted { $0.key < $1.key }.reduce(0) { $0 + max(0, $1.value - other[$1.key]) }
    }
}

extension Liquid: CustomStringConvertible {
    public var description: String {
        guard self.fractions.count > 1 else { return self.fractions.keys.first?.description ?? "" }
        return self.fractions.sorted { $0.key < $1.key }
            .map { "\((($0.value * 1e6).rounded() / 1e6)) \($0.key)" }.joined(separator: " + ")
    }
}

extension Liquid: Codable {
    /// An object of volume fractions by source, which sum to 1.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let fractions = try container.decode([String: Double].self)
        let sum = fractions.values.reduce(0, +)
        guard fractions.values.allSatisfy({ $0 > 0 }), abs(sum - 1) < 1e-9 else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "volume fractions must be positive and sum to 1, found \(sum)"
            )
        }
        self.fractions = [FluidSource: Double](
            uniqueKeysWithValues: fractions.map { (FluidSource($0.key), $0.value) }
        )
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            [String: Double](uniqueKeysWithValues: self.fractions.map { ($0.key.rawValue, $0.value) })
        )
    }
}
