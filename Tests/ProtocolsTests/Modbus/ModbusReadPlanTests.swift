import Protocols
import Testing

@Suite struct ModbusReadPlanTests {
    @Test func `thirty-two registers within a gap are one request, those beyond it two`() throws {
        let near = try ModbusReadPlan(
            [Self.holding(0, 2), Self.holding(10, 1), Self.holding(31, 1)], limits: .init(gap: 20))
        #expect(near.blocks == [Self.holding(0, 32)])
        let far = try ModbusReadPlan(
            [Self.holding(31, 1), Self.holding(0, 2), Self.holding(10, 1)], limits: .init(gap: 10))
        #expect(far.blocks == [Self.holding(0, 11), Self.holding(31, 1)])
        #expect(far.blockOfRange == [1, 0, 0])
    }

    @Test func `tables are read apart, and no request goes over the protocol's limits`() throws {
        let bits = (0..<3000).map { ModbusBlock(.coil, $0..<$0 + 1) }
        let registers = (0..<300).map { Self.holding($0, 1) }
        let plan = try ModbusReadPlan(bits + registers)
        #expect(plan.blocks.map(\.table) == [.coil, .coil, .holding, .holding, .holding])
        #expect(plan.blocks.reduce(0) { $0 + $1.range.count } == 3300)
        #expect(plan.blocks.allSatisfy { $0.range.count <= $0.table.readLimit })
    }

    @Test func `a hole is never read, not even in vain`() throws {
        let limits = ModbusReadPlan.Limits(gap: 50, holes: [Self.holding(5, 3)])
        let plan = try ModbusReadPlan([Self.holding(0, 5), Self.holding(8, 2)], limits: limits)
        #expect(plan.blocks == [Self.holding(0, 5), Self.holding(8, 2)])
        #expect(throws: ModbusPointError.self) { try ModbusReadPlan([Self.holding(7, 2)], limits: limits) }
    }

    @Test func `a value longer than a request is refused`() {
        #expect(throws: ModbusPointError.self) {
            try ModbusReadPlan([Self.holding(0, 4)], limits: .init(registers: 3))
        }
    }

    @Test func `of equally many requests the plan with fewer registers is taken`() throws {
        // With 10 at once two requests are needed: 0–9 and 17, or 0 and 8–17, read 11 registers; 0–8 and 9–17 would read 18.
        let plan = try ModbusReadPlan(
            [Self.holding(0, 1), Self.holding(8, 1), Self.holding(9, 1), Self.holding(17, 1)],
            limits: .init(registers: 10, gap: 10))
        #expect(plan.blocks.map(\.range.count).sorted() == [1, 10])
    }

    @Test func `every plan is correct, and none is better`() throws {
        let seed: UInt64 = 74
        var random = SeededRandom(seed: seed)
        for round in 0..<400 {
            let space = Int.random(in: 10...60, using: &random)
            let limit = Int.random(in: 4...20, using: &random)
            let holes = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                Self.holding(Int.random(in: 0..<space, using: &random), Int.random(in: 1...3, using: &random))
            }
            let limits = ModbusReadPlan.Limits(
                registers: limit, gap: Int.random(in: 0...8, using: &random), holes: holes)
            let ranges = (0..<Int.random(in: 1...12, using: &random)).compactMap { _ -> ModbusBlock? in
                let range = Self.holding(
                    .random(in: 0..<space, using: &random), [1, 1, 1, 2, 2, 4].randomElement(using: &random)!)
                return holes.contains { $0.range.overlaps(range.range) } ? nil : range
            }
            let plan = try ModbusReadPlan(ranges, limits: limits)
            for (range, place) in zip(ranges, plan.blockOfRange) {
                let block = plan.blocks[place]
                #expect(
                    block.range.lowerBound <= range.range.lowerBound && range.range.upperBound <= block.range.upperBound
                )
            }
            for block in plan.blocks {
                #expect(block.range.count <= limit, "seed \(seed), round \(round)")
                #expect(!holes.contains { $0.range.overlaps(block.range) }, "seed \(seed), round \(round)")
                #expect(Self.widestGap(in: block.range, ranges) <= limits.gap, "seed \(seed), round \(round)")
            }
            let cost = (plan.blocks.count, plan.blocks.reduce(0) { $0 + $1.range.count })
            let best = Self.cheapest(ranges.map(\.range), limits, holes.map(\.range))
            #expect(cost == best, "seed \(seed), round \(round)")
        }
    }

    /// Tries every way to cut the sorted ranges.
    private static func cheapest(
        _ ranges: [Range<Int>], _ limits: ModbusReadPlan.Limits, _ holes: [Range<Int>]
    ) -> (Int, Int) {
        let sorted = ranges.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var costs: [(Int, Int)?] = [(0, 0)]
        for end in sorted.indices {
            var best: (Int, Int)?
            for start in 0...end {
                let members = sorted[start...end]
                let block = members[start].lowerBound..<(members.map(\.upperBound).max() ?? 0)
                guard block.count <= limits.registers, !holes.contains(where: block.overlaps),
                    Self.widestGap(in: block, members.map { ModbusBlock(.holding, $0) }) <= limits.gap,
                    let before = costs[start]
                else { continue }
                let cost = (before.0 + 1, before.1 + block.count)
                if best.map({ cost < $0 }) ?? true { best = cost }
            }
            costs.append(best)
        }
        return costs[sorted.count] ?? (.max, .max)
    }

    private static func widestGap(in block: Range<Int>, _ ranges: [ModbusBlock]) -> Int {
        var widest = 0
        var current = 0
        for address in block {
            current = ranges.contains { $0.range.contains(address) } ? 0 : current + 1
            widest = max(widest, current)
        }
        return widest
    }

    private static func holding(_ address: Int, _ count: Int) -> ModbusBlock {
        ModbusBlock(.holding, address..<address + count)
    }
}
