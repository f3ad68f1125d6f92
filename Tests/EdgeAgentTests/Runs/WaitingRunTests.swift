import Analysis
import DeviceKit
import Foundation
import Methods
import Testing

@testable import EdgeAgent
@testable import Store

/// Which of the runs that wait goes on first.
@Suite struct WaitingRunTests {
    private let graph: TubingGraph
    private let ids = UUIDv7Source()

    init() throws {
        let lab = try LabDescription(
            contentsOf: BrokenLab.root.appending(path: "labs/asab/lab.yaml").path, now: BrokenLab.now)
        self.graph = lab.model.router.graph
    }

    private func run(
        isCleaning: Bool = false, hasBegun: Bool = true, needsLines: Bool = true, through cell: String? = nil,
        measuring: Set<String> = []
    ) -> WaitingRun {
        let route = cell.map { ["\($0)IN", "\($0)OUT"] } ?? []
        let move = Dosing.Move(
            pump: "F0.0", from: Volume(5, .millilitre), to: .zero, flow: FlowRate(0.05, .millilitrePerSecond),
            route: route)
        let step = Step("rinse", .moveSyringes(Dosing(purpose: .rinse, moves: [move])), estimate: .zero)
        return WaitingRun(
            id: self.ids.make(), isCleaning: isCleaning, hasBegun: hasBegun, needsLines: needsLines,
            plan: Plan(summary: [], steps: [step], consumption: [:]), measuredCells: measuring)
    }

    @Test func `what has drawn into a syringe goes before what has not begun, in whatever order they wait`() {
        let begun = self.run(isCleaning: true)
        let queued = self.run(isCleaning: true, hasBegun: false)
        #expect(begun.goesBefore(queued, in: self.graph))
        #expect(!queued.goesBefore(begun, in: self.graph))
    }

    @Test func `no cleaning goes before a sample that is still to flow`() {
        let sample = self.run()
        let cleaning = self.run(isCleaning: true)
        #expect(sample.goesBefore(cleaning, in: self.graph))
        #expect(!cleaning.goesBefore(sample, in: self.graph))
    }

    @Test func `a sample that is only to be measured holds up the cleaning of its own cell alone`() {
        // Also one of which nothing was done: it measures what another run has filled.
        let unbegun = self.run(hasBegun: false, needsLines: false, measuring: ["densiVisco"])
        #expect(unbegun.goesBefore(self.run(isCleaning: true, through: "densiVisco"), in: self.graph))
        let sample = self.run(needsLines: false, measuring: ["densiVisco"])
        let own = self.run(isCleaning: true, through: "densiVisco")
        let other = self.run(isCleaning: true, through: "electrochemistry")
        #expect(sample.goesBefore(own, in: self.graph))
        #expect(!sample.goesBefore(other, in: self.graph))
        #expect(!own.goesBefore(sample, in: self.graph) && !other.goesBefore(sample, in: self.graph))
    }

    @Test func `no two runs hold up each other`() {
        let all = [
            self.run(), self.run(hasBegun: false), self.run(isCleaning: true),
            self.run(isCleaning: true, hasBegun: false, through: "densiVisco"),
            self.run(needsLines: false, measuring: ["densiVisco"]), self.run(isCleaning: true, through: "densiVisco"),
        ]
        for one in all {
            #expect(!one.goesBefore(one, in: self.graph))
            for other in all where one.goesBefore(other, in: self.graph) {
                #expect(!other.goesBefore(one, in: self.graph))
            }
        }
    }
}
