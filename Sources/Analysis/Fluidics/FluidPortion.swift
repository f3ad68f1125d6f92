public import DeviceKit

/// An amount of liquid or gas, counted in whole picolitres of each source, so that dividing and joining portions
/// neither loses nor makes anything.
public struct FluidPortion: Sendable, Hashable {
    /// One source's share, positive.
    struct Share: Sendable, Hashable {
        var source: FluidSource
        var picolitres: Int64
    }

    /// In the order of the sources.
    private(set) var shares: [Share] = []
    /// The whole portion.
    public private(set) var picolitres: Int64 = 0

    /// Nothing.
    public init() {}

    /// `volume` of `liquid`, to the nearest picolitre. A volume that is not a positive number, or above a
    /// cubic metre, gives nothing.
    public init(_ liquid: Liquid, volume: Volume) {
        self.init(liquid, picolitres: volume.picolitres ?? 0)
    }

    init(_ liquid: Liquid, picolitres: Int64) {
        guard picolitres > 0 else { return }
        let exact = liquid.fractions.sorted { $0.key < $1.key }.map { ($0.key, Double(picolitres) * $0.value) }
        var parts = exact.map { Share(source: $0.0, picolitres: Int64($0.1)) }
        var rest = picolitres - parts.reduce(0) { $0 + $1.picolitres }
        let byRemainder = exact.indices.sorted { a, b in
            let (one, other) = (exact[a].1 - exact[a].1.rounded(.down), exact[b].1 - exact[b].1.rounded(.down))
            return one == other ? a < b : one > other
        }
        // Rounding of the fractions may leave a few picolitres too many or too few: the largest remainders take them.
        for index in byRemainder where rest > 0 {
            parts[index].picolitres += 1
            rest -= 1
        }
        if rest != 0, let largest = parts.indices.max(by: { parts[$0].picolitres < parts[$1].picolitres }) {
            parts[largest].picolitres += rest
        }
        self.shares = parts.filter { $0.picolitres > 0 }
        self.picolitres = self.shares.reduce(0) { $0 + $1.picolitres }
    }

    public var volume: Volume { Volume(picolitres: self.picolitres) }
    public var isEmpty: Bool { self.picolitres == 0 }

    /// What it consists of; nil when it is empty.
    public var liquid: Liquid? {
        Liquid(
            mixing: [FluidSource: Double](
                uniqueKeysWithValues: self.shares.map { ($0.source, Double($0.picolitres)) }
            )
        )
    }

    public var sources: [FluidSource] { self.shares.map(\.source) }

    public func picolitres(of source: FluidSource) -> Int64 {
        self.shares.first { $0.source == source }?.picolitres ?? 0
    }

    public func volume(of source: FluidSource) -> Volume { Volume(picolitres: self.picolitres(of: source)) }

    /// What is not gas.
    public var liquidVolume: Volume { Volume(picolitres: self.picolitres - self.picolitres(of: .gas)) }

    /// The volume in it that `liquid` cannot account for.
    public func foreignVolume(to liquid: Liquid) -> Volume {
        (self.liquid?.foreignFraction(to: liquid) ?? 0) * self.volume
    }

    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum += b
        return sum
    }

    /// Joins and mixes.
    public static func += (a: inout Self, b: Self) {
        for share in b.shares { a.add(share) }
    }

    private mutating func add(_ share: Share) {
        self.picolitres += share.picolitres
        let index = self.shares.firstIndex { $0.source >= share.source } ?? self.shares.count
        if index < self.shares.count, self.shares[index].source == share.source {
            self.shares[index].picolitres += share.picolitres
        } else {
            self.shares.insert(share, at: index)
        }
    }

    /// Takes `amount` picolitres (at most all) of the mixture as it is, to the picolitre.
    mutating func take(_ amount: Int64) -> FluidPortion {
        guard amount > 0 else { return FluidPortion() }
        guard amount < self.picolitres else {
            defer { self = FluidPortion() }
            return self
        }
        var taken = self.shares.map { share -> (share: Share, remainder: Int64) in
            let parts = self.picolitres.dividingFullWidth(share.picolitres.multipliedFullWidth(by: amount))
            return (Share(source: share.source, picolitres: parts.quotient), parts.remainder)
        }
        var rest = amount - taken.reduce(0) { $0 + $1.share.picolitres }
        let byRemainder = taken.indices.sorted { (taken[$1].remainder, $0) < (taken[$0].remainder, $1) }
        for index in byRemainder where rest > 0 {
            taken[index].share.picolitres += 1
            rest -= 1
        }
        for index in self.shares.indices { self.shares[index].picolitres -= taken[index].share.picolitres }
        self.shares.removeAll { $0.picolitres == 0 }
        self.picolitres -= amount
        var portion = FluidPortion()
        portion.shares = taken.map(\.share).filter { $0.picolitres > 0 }
        portion.picolitres = amount
        return portion
    }

    /// The same with other names for its sources; those that get the same name are one.
    func renaming(_ names: [FluidSource: FluidSource]) -> FluidPortion {
        guard self.shares.contains(where: { names[$0.source] != nil }) else { return self }
        var renamed = FluidPortion()
        for share in self.shares {
            renamed.add(Share(source: names[share.source] ?? share.source, picolitres: share.picolitres))
        }
        return renamed
    }

    /// Takes all gas out.
    mutating func takeGas() -> FluidPortion {
        var gas = FluidPortion()
        gas.shares = self.shares.filter { $0.source == .gas }
        gas.picolitres = gas.shares.reduce(0) { $0 + $1.picolitres }
        self.shares.removeAll { $0.source == .gas }
        self.picolitres -= gas.picolitres
        return gas
    }

    /// Whether both are the same liquid, as far as whole picolitres can tell.
    func isSameLiquid(as other: FluidPortion) -> Bool {
        if self.shares.count == 1, other.shares.count == 1 { return self.shares[0].source == other.shares[0].source }
        let tolerance = 1e-6 + 2 / Double(max(1, min(self.picolitres, other.picolitres)))
        return Set(self.sources + other.sources).allSatisfy {
            let one = Double(self.picolitres(of: $0)) / Double(max(1, self.picolitres))
            let another = Double(other.picolitres(of: $0)) / Double(max(1, other.picolitres))
            return abs(one - another) <= tolerance
        }
    }
}

extension FluidPortion: CustomStringConvertible {
    public var description: String { self.liquid.map { "\(self.volume) of \($0)" } ?? "nothing" }
}

extension FluidPortion: Codable {
    /// An object of whole picolitres by source.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        for (source, picolitres) in try container.decode([String: Int64].self) {
            guard (1...Volume.largestSum).contains(picolitres), self.picolitres + picolitres <= Volume.largestSum else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "\(picolitres) pL of \(source) is not a possible amount"
                )
            }
            self.add(Share(source: FluidSource(source), picolitres: picolitres))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            [String: Int64](uniqueKeysWithValues: self.shares.map { ($0.source.rawValue, $0.picolitres) })
        )
    }
}

extension Volume {
    /// A cubic metre: the most that is moved at once.
    static let largestPortion: Int64 = 1_000_000_000_000_000
    /// A thousand of them: the most that is held or was ever drawn.
    static let largestSum: Int64 = 1_000_000_000_000_000_000

    init(picolitres: Int64) { self.init(Double(picolitres) * 1e-9, .millilitre) }

    /// To the nearest whole one; nil when it is no number, negative or more than a cubic metre.
    var picolitres: Int64? {
        let count = (self.in(.millilitre) * 1e9).rounded()
        guard count.isFinite, count >= 0, count <= Double(Self.largestPortion) else { return nil }
        return Int64(count)
    }
}
