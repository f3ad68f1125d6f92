import DeviceKit
import Methods
import Protocols
import Simulators
import Store
import Testing

@testable import Demo

/// The oracle finds what is planted, and nothing where nothing is.
@Suite struct OracleTests {
    @Test func `three logs that agree have no fault`() {
        let verdict = Oracle(evidence: Sound.evidence()).verdict
        #expect(verdict.faults == [])
        #expect(verdict.delivered == 1)
    }

    @Test func `a result that the broker does not have is lost`() {
        #expect(Self.verdict { $0.results = [] }.lost.count == 1)
    }

    @Test func `a result that waits in the outbox is lost until it is delivered`() {
        #expect(Self.verdict { $0.outbox[Sound.request] = [.ready] }.lost.count == 1)
    }

    @Test func `a request that nobody served is lost, one that was given up is not`() {
        let unserved = Self.verdict {
            $0.results = []
            $0.runs = []
        }
        #expect(unserved.lost.count == 1)
        let givenUp = Self.verdict {
            $0.results = []
            $0.outbox = [:]
            $0.runs[0].state = .failed
        }
        #expect(givenUp.faults == [])
        #expect(givenUp.givenUp == 1)
    }

    @Test func `a second result is a duplicate, at the broker and in the outbox`() {
        #expect(Self.verdict { $0.results.append($0.results[0]) }.duplicates.count == 1)
        #expect(Self.verdict { $0.outbox[Sound.request] = [.delivered, .delivered] }.duplicates.count == 1)
    }

    @Test func `a request that was served by two runs was done twice`() {
        #expect(Self.verdict { $0.runs.append($0.runs[0]) }.repeated.count == 1)
    }

    @Test func `a dose that was given twice is found, whatever the journal says`() {
        let verdict = Self.verdict { $0.events.insert(Sound.motion(at: 3.5, 4, 3), at: 1) }
        #expect(verdict.repeated.count == 1)
        #expect(verdict.wrong.count == 1)
    }

    @Test func `a plunger that went forth and back did something twice, though the sum is right`() {
        let verdict = Self.verdict {
            $0.events.insert(contentsOf: [Sound.motion(at: 3.4, 4, 4.5), Sound.motion(at: 3.5, 4.5, 4)], at: 1)
        }
        #expect(verdict.repeated.count == 1)
        #expect(verdict.wrong == [])
    }

    @Test func `a dose smaller than journaled is wrong, within the tolerance it is not`() {
        #expect(Self.verdict { $0.events[0] = Sound.motion(at: 3, 5, 4.1) }.wrong.count == 1)
        #expect(Self.verdict { $0.events[0] = Sound.motion(at: 3, 5, 4.015) }.faults == [])
    }

    @Test func `what moves between steps, after the last and in another's step is not journaled`() {
        for time in [1.5, 2.5, 99] {
            let verdict = Self.verdict { evidence in
                evidence.events.append(Sound.motion(at: time, 4, 3))
                evidence.events.sort { $0.time < $1.time }
            }
            #expect(verdict.unjournaled.count == 1, "at \(time)")
        }
        let other = Self.verdict { $0.events.insert(Sound.motion(at: 3, 4, 3, pump: "B0"), at: 0) }
        #expect(other.unjournaled.count == 1)
    }

    @Test func `a step that was killed half-way may have moved up to what was planned, and no further`() {
        func killed(_ to: Double) -> Verdict {
            Self.verdict {
                $0.steps[1].state = .unknown
                $0.steps[1].dosed = nil
                $0.events[0] = Sound.motion(at: 3, 5, to)
            }
        }
        #expect(killed(4.6).faults == [])
        #expect(killed(4).faults == [])
        #expect(killed(3.5).repeated.count == 1)
    }

    @Test func `what an interrupted step is journaled to have moved is compared, too`() {
        func stopped(at level: Double) -> Verdict {
            Self.verdict {
                $0.steps[1].state = .refused
                $0.steps[1].dosed = [.init(pump: "A0.0", from: Volume(5, .millilitre), to: Volume(4.5, .millilitre))]
                $0.events[0] = Sound.motion(at: 3, 5, level)
            }
        }
        #expect(stopped(at: 4.5).faults == [])
        #expect(stopped(at: 4.6).wrong.count == 1)
    }

    @Test func `a step that went on after valves were set again moved in two parts`() {
        func resumed(_ last: Double) -> Verdict {
            Self.verdict {
                $0.steps[0].attempts = 2
                $0.steps[0].changed = 3.5
                $0.steps[1].attempts = 2
                $0.steps[1].begun = 3.6
                $0.events[0] = Sound.motion(at: 3, 5, 4.6)
                $0.events.insert(Sound.motion(at: 3.9, 4.6, last), at: 1)
            }
        }
        #expect(resumed(4).faults == [])
        #expect(resumed(3.6).repeated.count == 1)
    }

    @Test func `gas is opened once for each attempt of a blow, and never else`() {
        #expect(Self.verdict { $0.events.insert(Sound.gas(at: 5.5), at: 2) }.repeated.count == 1)
        let again = Self.verdict {
            $0.events.insert(Sound.gas(at: 5.5), at: 2)
            $0.steps[2].attempts = 2
        }
        #expect(again.faults == [])
        #expect(Self.verdict { $0.events.append(Sound.gas(at: 99)) }.unjournaled.count == 1)
    }

    @Test func `a result that is off is wrong unless its rating says so`() {
        #expect(Self.verdict { $0.results = [Sound.result(conductivity: 1.05, rating: 5)] }.wrong.count == 1)
        let doubtful = Self.verdict { $0.results = [Sound.result(conductivity: 1.05, rating: 2)] }
        #expect(doubtful.faults == [])
        #expect(doubtful.ratedDown == 1)
        #expect(Self.verdict { $0.results = [Sound.result(salt: 0.1, rating: 4)] }.wrong.count == 1)
    }

    @Test func `a result of a sample that nobody measured is wrong, however it is rated`() {
        let verdict = Self.verdict { evidence in
            evidence.results = [Sound.result(rating: 0)]
            evidence.events.removeAll { if case .measurement = $0.occurrence { true } else { false } }
        }
        #expect(verdict.wrong.count == 1)
    }

    @Test func `what would have broken something, and an answer to no question, are wrong`() {
        let unsafe = Evidence.Event(time: 9, occurrence: .unsafe(device: "V1", reason: "turned while A0 pushes"))
        #expect(Self.verdict { $0.events.append(unsafe) }.wrong.count == 1)
        #expect(Self.verdict { $0.results.append(Sound.result(request: "unknown")) }.wrong.count == 1)
    }

    private static func verdict(planting plant: (inout Evidence) -> Void) -> Verdict {
        var evidence = Sound.evidence()
        plant(&evidence)
        return Oracle(evidence: evidence).verdict
    }
}

/// Logs of one request that was served as it should be.
private enum Sound {
    static let request = "2f9d3b4e-6f0c-4a5e-9a53-3b8d0e5a7c11"
    static let sample = "0198-aa"
    static let salt = "AXPLOJNSKRXQPA-UHFFFAOYSA-N"

    static func evidence() -> Evidence {
        let dose = Dosing(
            purpose: .collect,
            moves: [
                Dosing.Move(
                    pump: "A0.0", from: Volume(5, .millilitre), to: Volume(4, .millilitre),
                    flow: FlowRate(0.05, .millilitrePerSecond), route: [])
            ])
        let dosed = StepOutcome.Dosed(pump: "A0.0", from: Volume(5, .millilitre), to: Volume(4, .millilitre))
        return Evidence(
            requests: [
                self.request: DemoRequest(
                    quantity: "conductivity", method: "two_electrode", molality: 1, parameters: [:], isReachable: true)
            ],
            results: [self.result()], runs: [.init(id: "run", request: self.request, state: .succeeded, reason: "")],
            steps: [
                self.step(1, .turnValves([]), from: 1, to: 2),
                self.step(2, .moveSyringes(dose), from: 2.8, to: 4, dosed: [dosed]),
                self.step(3, .blow(route: [], relay: "gas", duration: .seconds(4)), from: 5, to: 6),
            ],
            outbox: [self.request: [.delivered]],
            events: [
                self.motion(at: 3, 5, 4), self.gas(at: 5.2),
                .init(
                    time: 7,
                    occurrence: .measurement(
                        cell: "electrochemistry", tag: "\(self.sample)-0",
                        truth: CellTruth(
                            conductivity: Conductivity(1, .siemensPerMetre), temperature: Temperature(299.65, .kelvin),
                            formulation: [self.salt: 0.08], gasFraction: 0))),
            ],
            pumps: ["A0.0": "A0", "B0.0": "B0"], liquids: [:])
    }

    static func motion(at time: Double, _ from: Double, _ to: Double, pump: String = "A0") -> Evidence.Event {
        .init(
            time: time,
            occurrence: .pumpMoved(pump: pump, from: Volume(from, .millilitre), to: Volume(to, .millilitre)))
    }

    static func gas(at time: Double) -> Evidence.Event {
        .init(time: time, occurrence: .relaySwitched(relay: "gas", energised: true))
    }

    static func result(
        request: String = Self.request, conductivity: Double = 1, salt: Double = 0.08, rating: Int64 = 5
    ) -> ResultInfo {
        ResultInfo(
            uuid: "result", ctime: FinalesTime(secondsSince1970: 0), status: .original,
            result: FinalesResult(
                data: [
                    "run_info": [
                        "internal_reference": .string(self.sample),
                        "formulation": [["chemical": ["InChIKey": .string(self.salt)], "fraction": .number(salt)]],
                    ],
                    "conductivity": ["values": [.number(conductivity)], "meta": ["rating": .integer(rating)]],
                ],
                quantity: "conductivity", method: "two_electrode", parameters: [:], tenantUUID: "", requestUUID: request
            ))
    }

    private static func step(
        _ number: Int, _ action: Action, from begun: Double, to changed: Double, dosed: [StepOutcome.Dosed]? = nil
    ) -> JournaledStep {
        JournaledStep(
            run: "run", number: number, action: action, state: .done, attempts: 1, begun: begun, changed: changed,
            dosed: dosed)
    }
}
