import DeviceKit

/// One fault with what it has seen so far.
struct FaultStage {
    typealias Parcel = FaultyStream.Parcel

    private let kind: LinkFault.Kind
    private var passed = 0
    private var isFree: ContinuousClock.Instant?
    private var hasFlooded = false

    init(_ kind: LinkFault.Kind) {
        self.kind = kind
    }

    /// The end that comes without any bytes.
    func ownEnd(at now: ContinuousClock.Instant) -> Parcel? {
        guard case .timeout(let timeout) = self.kind, timeout > .zero else { return nil }
        return Parcel(bytes: [], due: now + timeout, end: .closed)
    }

    var closingDelay: Duration {
        if case .slowClose(let delay) = self.kind { delay } else { .zero }
    }

    mutating func pass(_ parcels: [Parcel], _ random: inout SeededRandom) -> [Parcel] {
        parcels.flatMap { parcel -> [Parcel] in
            switch self.kind {
            case .latency(let latency, let jitter): Self.latency(parcel, latency, jitter, &random)
            case .bandwidth(let rate): self.pace(parcel, rate)
            case .slicer(let size, let variation, let delay): Self.slice(parcel, size, variation, delay, &random)
            case .limitData(let limit): self.limit(parcel, limit)
            case .resetPeer(let timeout): [Parcel(bytes: [], due: parcel.due + timeout, end: .reset)]
            case .timeout, .down: []
            case .slowClose: [parcel]
            case .silence(let limit): self.silence(parcel, after: limit)
            case .late(let delay, let rate): random.happens(rate) ? [parcel.later(by: delay)] : [parcel]
            case .drop, .double, .corrupt, .garbage, .flood: [self.damage(parcel, &random)]
            }
        }
    }

    private static func latency(
        _ parcel: Parcel, _ latency: Duration, _ jitter: Duration, _ random: inout SeededRandom
    ) -> [Parcel] {
        let part = jitter > .zero ? Double.random(in: -1...1, using: &random) : 0
        return [parcel.later(by: max(.zero, latency + jitter * part))]
    }

    /// Pieces of at most a tenth of a second.
    private mutating func pace(_ parcel: Parcel, _ rate: Double) -> [Parcel] {
        let size = Int(clamping: UInt(max(1, min(rate / 10, 1e9))))
        return Self.pieces(parcel) { _ in size }.map { piece in
            var piece = piece
            piece.due = max(piece.due, self.isFree ?? piece.due) + .seconds(Double(piece.bytes.count) / rate)
            self.isFree = piece.due
            return piece
        }
    }

    private static func slice(
        _ parcel: Parcel, _ size: Int, _ variation: Int, _ delay: Duration, _ random: inout SeededRandom
    ) -> [Parcel] {
        let spread = max(0, min(variation, size - 1))
        let pieces = Self.pieces(parcel) { _ in max(1, size) + Int.random(in: -spread...spread, using: &random) }
        return pieces.enumerated().map { $1.later(by: delay * $0) }
    }

    private mutating func limit(_ parcel: Parcel, _ limit: Int) -> [Parcel] {
        guard self.passed < limit else { return [] }
        var parcel = parcel
        parcel.bytes = Array(parcel.bytes.prefix(limit - self.passed))
        self.passed += parcel.bytes.count
        if self.passed >= limit { parcel.end = .closed }
        return [parcel]
    }

    private mutating func silence(_ parcel: Parcel, after limit: Int) -> [Parcel] {
        var parcel = parcel
        parcel.bytes = Array(parcel.bytes.prefix(limit - self.passed))
        self.passed += parcel.bytes.count
        return [parcel]
    }

    private mutating func damage(_ parcel: Parcel, _ random: inout SeededRandom) -> Parcel {
        var parcel = parcel
        switch self.kind {
        case .drop(let rate):
            parcel.bytes.removeAll { _ in random.happens(rate) }
        case .double(let rate):
            parcel.bytes = parcel.bytes.flatMap { random.happens(rate) ? [$0, $0] : [$0] }
        case .corrupt(let rate):
            parcel.bytes = parcel.bytes.map {
                random.happens(rate) ? $0 ^ 1 << UInt8.random(in: 0...7, using: &random) : $0
            }
        case .garbage(let place, let longest, let rate):
            guard longest > 0, random.happens(rate) else { break }
            let index =
                switch place {
                case .before: 0
                case .inside: Int.random(in: 0...parcel.bytes.count, using: &random)
                case .after: parcel.bytes.count
                }
            let noise = Self.noise(Int.random(in: 1...longest, using: &random), &random)
            parcel.bytes.insert(contentsOf: noise, at: index)
        case .flood(let count):
            guard !self.hasFlooded else { break }
            self.hasFlooded = true
            parcel.bytes = Self.noise(count, &random) + parcel.bytes
        default:
            break
        }
        return parcel
    }

    private static func noise(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    private static func pieces(_ parcel: Parcel, _ size: (Int) -> Int) -> [Parcel] {
        guard !parcel.bytes.isEmpty else { return [parcel] }
        var pieces: [Parcel] = []
        var start = 0
        while start < parcel.bytes.count {
            let end = min(start + size(start), parcel.bytes.count)
            let isLast = end == parcel.bytes.count
            pieces.append(
                Parcel(bytes: Array(parcel.bytes[start..<end]), due: parcel.due, end: isLast ? parcel.end : nil))
            start = end
        }
        return pieces
    }
}

extension FaultyStream.Parcel {
    fileprivate func later(by delay: Duration) -> Self {
        Self(bytes: self.bytes, due: self.due + delay, end: self.end)
    }
}
