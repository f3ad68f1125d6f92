import DeviceKit
import Methods
import Simulators
import Store

extension Oracle {
    /// What a plunger may have moved more or less than journaled, as in the agent's interlocks.
    static let tolerance = Volume(20, .microlitre)

    /// What plungers really did is what the journal says they did, step by step.
    func checkMotions(_ verdict: inout Verdict) {
        for (step, events) in self.eventsByStep {
            var moved: [String: (net: Volume, path: Volume)] = [:]
            for event in events {
                guard case .pumpMoved(let pump, let from, let to) = event.occurrence else { continue }
                moved[pump, default: (.zero, .zero)].net += from - to
                moved[pump, default: (.zero, .zero)].path += (from - to).magnitude
            }
            guard let step, case .moveSyringes(let dosing) = step.action else {
                for (pump, motion) in moved.sorted(by: { $0.key < $1.key }) where motion.path > Self.tolerance {
                    verdict.unjournaled.append(
                        "\(pump) moved \(motion.path) outside of a dosing: \(step?.name ?? "no step")")
                }
                continue
            }
            for move in dosing.moves {
                let pump = self.evidence.pumps[move.pump] ?? move.pump
                let motion = moved.removeValue(forKey: pump) ?? (.zero, .zero)
                Self.compare(motion, with: move, of: step, &verdict)
            }
            for (pump, motion) in moved.sorted(by: { $0.key < $1.key }) where motion.path > Self.tolerance {
                verdict.unjournaled.append("\(pump) moved \(motion.path) during \(step.name), which is not about it")
            }
        }
    }

    private static func compare(
        _ motion: (net: Volume, path: Volume), with move: Dosing.Move, of step: JournaledStep, _ verdict: inout Verdict
    ) {
        let truth = "\(move.pump) really moved \(motion.net) (\(motion.path) in all)"
        if motion.path > move.volume.magnitude + Self.tolerance {
            verdict.repeated.append("\(step.name) was to move \(move.volume), \(truth)")
        }
        if let journaled = step.dosed?.first(where: { $0.pump == move.pump }),
            (journaled.volume - motion.net).magnitude > Self.tolerance
        {
            verdict.wrong.append("\(step.name) is journaled as \(journaled.volume), \(truth)")
        }
    }

    /// Events that end after the step before has ended and before this one has; steps go one after the other. The last
    /// entry has no step: it is what happened afterwards. What ends before the first attempt's intent was committed
    /// belongs to no step either, unless it belongs to the first attempt of one that another run's steps came between.
    ///
    /// Turns that were done again, so that an interrupted step could go on, came between its attempts: left out. So is what a
    /// densimeter measures, which moves nothing and goes on beside the steps of another run.
    var eventsByStep: [(step: JournaledStep?, events: [Evidence.Event])] {
        var rest = self.evidence.events[...]
        var all: [(step: JournaledStep?, events: [Evidence.Event])] = []
        let steps = self.evidence.steps.filter { !$0.isTurnedAgain && !$0.movesNothing }.sorted { $0.begun < $1.begun }
        var ofEarlierAttempts: [Int: [Evidence.Event]] = [:]
        for (place, step) in steps.enumerated() {
            if step.attempts == 1 {
                let early = rest.prefix { $0.time < step.begun }
                rest = rest.dropFirst(early.count)
                var strays: [Evidence.Event] = []
                for event in early {
                    let owner = steps.indices.first { later in
                        later > place && steps[later].attempts > 1 && self.isAbout(event, steps[later])
                    }
                    if let owner { ofEarlierAttempts[owner, default: []].append(event) } else { strays.append(event) }
                }
                if !strays.isEmpty { all.append((nil, strays)) }
            }
            let during = step.state == .intent || step.state == .sent ? rest : rest.prefix { $0.time <= step.changed }
            rest = rest.dropFirst(during.count)
            all.append((step, ofEarlierAttempts[place, default: []] + during))
        }
        all.append((nil, Array(rest)))
        return all
    }

    private func isAbout(_ event: Evidence.Event, _ step: JournaledStep) -> Bool {
        switch (event.occurrence, step.action) {
        case (.pumpMoved(let pump, _, _), .moveSyringes(let dosing)):
            dosing.moves.contains { (self.evidence.pumps[$0.pump] ?? $0.pump) == pump }
        case (.relaySwitched, .blow): true
        default: false
        }
    }
}

extension JournaledStep {
    fileprivate var isTurnedAgain: Bool {
        guard case .turnValves = self.action else { return false }
        return self.attempts > 1
    }

    fileprivate var movesNothing: Bool {
        if case .measureDensity = self.action { true } else { false }
    }
}
