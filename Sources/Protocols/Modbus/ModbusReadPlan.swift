/// Which requests read a number of points: the fewest there can be, and among those the ones that read the fewest
/// registers. No point is cut in two, so that a value of several registers is never put together from two moments.
public struct ModbusReadPlan: Sendable, Hashable {
    /// What a device allows.
    public struct Limits: Sendable, Hashable {
        /// Registers that one request may read, 1…125.
        public var registers: Int
        /// Coils or discrete inputs that one request may read, 1…2000.
        public var bits: Int
        /// Registers or bits read in vain between two points, at most; beyond, they are read apart.
        public var gap: Int
        /// What must not be read, not even in vain: addresses that the device refuses or that reading changes.
        public var holes: [ModbusBlock]

        public init(registers: Int = 125, bits: Int = 2000, gap: Int = 16, holes: [ModbusBlock] = []) {
            self.registers = min(max(registers, 1), ModbusTable.holding.readLimit)
            self.bits = min(max(bits, 1), ModbusTable.coil.readLimit)
            self.gap = max(gap, 0)
            self.holes = holes
        }
    }

    /// In order of table and address.
    public let blocks: [ModbusBlock]
    /// For each range that was asked for, the number of the block that has it.
    public let blockOfRange: [Int]

    /// - Throws: `.misdescribed` for a point that lies in a hole or is longer than one request may be.
    public init(_ ranges: [ModbusBlock], limits: Limits = Limits()) throws(ModbusPointError) {
        var blocks: [ModbusBlock] = []
        var places = [Int](repeating: 0, count: ranges.count)
        for table in ModbusTable.allCases {
            let holes = limits.holes.filter { $0.table == table && !$0.range.isEmpty }.map(\.range)
                .sorted { $0.lowerBound < $1.lowerBound }
            let wanted = ranges.indices.filter { ranges[$0].table == table }
                .sorted { Self.goesBefore(ranges[$0].range, ranges[$1].range) }
            let limit = table.holdsBits ? limits.bits : limits.registers
            try Self.check(wanted.map { ranges[$0].range }, holes, limit)
            let row = Row(ranges: wanted.map { ranges[$0].range }, holes: holes, limit: limit, gap: limits.gap)
            for run in row.cuts() {
                let members = wanted[run].map { ranges[$0].range }
                let end = members.map(\.upperBound).max() ?? 0
                for member in wanted[run] { places[member] = blocks.count }
                blocks.append(ModbusBlock(table, members[0].lowerBound..<end))
            }
        }
        self.blocks = blocks
        self.blockOfRange = places
    }

    private static func check(_ ranges: [Range<Int>], _ holes: [Range<Int>], _ limit: Int) throws(ModbusPointError) {
        var hole = 0
        for range in ranges {
            guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= 65536 else {
                throw .misdescribed("\(range) is no range of addresses")
            }
            guard range.count <= limit else {
                throw .misdescribed("a value of \(range.count) registers does not fit into one request of \(limit)")
            }
            while hole < holes.count, holes[hole].upperBound <= range.lowerBound { hole += 1 }
            if holes[hole...].prefix(while: { $0.lowerBound < range.upperBound }).contains(where: range.overlaps) {
                throw .misdescribed("address \(range.lowerBound) lies in what must not be read")
            }
        }
    }

    private static func goesBefore(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        (a.lowerBound, a.upperBound) < (b.lowerBound, b.upperBound)
    }
}

/// The ranges of one table, in order, and where they may be cut.
private struct Row {
    let ranges: [Range<Int>]
    /// The highest end of each range and those before it, back to the last place where it must be cut.
    private let ends: [Int]
    /// For each range the first one that may be read together with it.
    private let first: [Int]

    init(ranges: [Range<Int>], holes: [Range<Int>], limit: Int, gap: Int) {
        var ends: [Int] = []
        var firsts: [Int] = []
        var first = 0
        var hole = 0
        for (index, range) in ranges.enumerated() {
            if index > 0 {
                let end = ends[index - 1]
                while hole < holes.count, holes[hole].upperBound <= end { hole += 1 }
                let hasHole = hole < holes.count && holes[hole].lowerBound < range.lowerBound
                if range.lowerBound - end > gap || hasHole { first = index }
            }
            ends.append(first == index ? range.upperBound : max(ends[index - 1], range.upperBound))
            while ends[index] - ranges[first].lowerBound > limit { first += 1 }
            firsts.append(first)
        }
        self.ranges = ranges
        self.ends = ends
        self.first = firsts
    }

    /// What it costs to read the ranges up to one of them.
    private struct Cost: Comparable {
        var requests: Int
        var registers: Int

        static func < (a: Cost, b: Cost) -> Bool { (a.requests, a.registers) < (b.requests, b.registers) }
    }

    /// The cheapest way to cut, by dynamic programming over the last block; the minimum over the possible beginnings of
    /// that block slides along with it, hence the effort grows with the number of ranges alone.
    func cuts() -> [Range<Int>] {
        guard !self.ranges.isEmpty else { return [] }
        // costs[i]: the ranges before i. A block that begins at i adds one request, and its length.
        var costs = [Cost(requests: 0, registers: 0)]
        var starts: [Int] = []
        var candidates: [(start: Int, cost: Cost)] = []
        var head = 0
        for (index, range) in self.ranges.enumerated() {
            let before = costs[index]
            let cost = Cost(requests: before.requests + 1, registers: before.registers - range.lowerBound)
            while candidates.count > head, cost <= candidates[candidates.count - 1].cost { candidates.removeLast() }
            candidates.append((index, cost))
            while candidates[head].start < self.first[index] { head += 1 }
            let best = candidates[head]
            starts.append(best.start)
            costs.append(Cost(requests: best.cost.requests, registers: best.cost.registers + self.ends[index]))
        }
        var cuts: [Range<Int>] = []
        var end = self.ranges.count
        while end > 0 {
            cuts.append(starts[end - 1]..<end)
            end = starts[end - 1]
        }
        return cuts.reversed()
    }
}
