import DeviceKit
import EdgeAgent
import Methods
import Testing

@testable import Demo

@Suite struct CampaignStateTests {
    static let plan = Plan(
        summary: [],
        steps: [
            Step("fill", .settle(.seconds(10)), estimate: .seconds(10)),
            Step("wait", .settle(.seconds(30)), estimate: .seconds(30)),
        ], consumption: [:])

    @Test func `progress follows the estimated time, not the number of steps`() {
        var state = CampaignState([(id: "q", title: "one")])
        let now = ContinuousClock.now
        state.take(.taken(request: "q", run: "r", quantity: "a", method: "b", plan: Self.plan), at: now)
        state.take(.stepDone(run: "r", index: 0), at: now)
        #expect(state.items.first?.progress == 0.25)
        state.take(.stepBegun(run: "r", index: 1, count: 2, title: "wait"), at: now)
        #expect(state.items.first?.step == "wait")
    }

    @Test func `a question of the plan is answered by the simulated operator, any other ends the request`() {
        let question = Question(text: "Press Start.", choices: [.init(answer: "ready", meaning: "it is pressed")])
        let plan = Plan(
            summary: [], steps: [Step("start it", .askOperator(question), estimate: .seconds(10))], consumption: [:])
        var state = CampaignState([(id: "q", title: "one")])
        let now = ContinuousClock.now
        state.take(.taken(request: "q", run: "r", quantity: "a", method: "b", plan: plan), at: now)
        state.take(.asked(prompt: "1", run: "r", request: "q", text: "Press Start."), at: now)
        #expect(state.items.first?.phase == .running)
        state.take(.asked(prompt: "2", run: "r", request: "q", text: "What became of it?"), at: now)
        #expect(state.items.first?.phase == .failed(reason: "What became of it?"))
    }

    @Test func `a served request is not left alone because its result is under way`() {
        var state = CampaignState([(id: "q", title: "one")])
        let now = ContinuousClock.now
        state.take(.taken(request: "q", run: "r", quantity: "a", method: "b", plan: Self.plan), at: now)
        state.take(.finished(run: "r", request: "q", result: "x"), at: now)
        state.take(.leftAlone(request: "q", quantity: "a", method: "b", reason: "its result is on its way"), at: now)
        #expect(state.items.first?.phase == .finished)
        #expect(!state.isSettled)
        state.take(.delivered(request: "q", result: "x"), at: now)
        #expect(state.isSettled)
    }

    @Test func `steps of a run that nobody asked for are cleaning`() {
        var state = CampaignState([(id: "q", title: "one")])
        state.take(.stepBegun(run: "other", index: 2, count: 9, title: "rinse the cell"), at: .now)
        #expect(state.cleaning == "rinse the cell (3 of 9)")
        #expect(state.items.first?.phase == .waiting)
    }
}
