import Store
import Testing

@testable import EdgeAgent

@Suite struct RunsUnderWayTests {
    private let first = UUIDv7Source().make()
    private let second = UUIDv7Source().make()

    @Test func `a run that is only measured leaves the lines and keeps its cell`() {
        var underWay = RunsUnderWay()
        underWay.begin(self.first)
        #expect(underWay.withLines?.run == self.first && underWay.measuredCells.isEmpty)
        underWay.leaveLines(self.first, for: .init(instruments: ["dma"], cells: ["densiVisco"]))
        #expect(underWay.withLines == nil && underWay.measuredCells == ["densiVisco"])
        underWay.begin(self.second)
        #expect(underWay.withLines?.run == self.second)
        underWay.end(self.first)
        #expect(underWay.measuredCells.isEmpty && !underWay.isEmpty)
        underWay.end(self.second)
        #expect(underWay.isEmpty)
    }

    @Test func `whoever ends stops what is its own, and not what measures for another`() {
        var underWay = RunsUnderWay()
        underWay.begin(self.first)
        #expect(underWay.concerns("dma", endOf: self.first) && underWay.concerns("A0", endOf: self.first))
        underWay.leaveLines(self.first, for: .init(instruments: ["dma"], cells: ["densiVisco"]))
        underWay.begin(self.second)
        #expect(underWay.concerns("A0", endOf: self.second) && !underWay.concerns("dma", endOf: self.second))
        #expect(!underWay.concerns("A0", endOf: self.first) && underWay.concerns("dma", endOf: self.first))
    }
}
