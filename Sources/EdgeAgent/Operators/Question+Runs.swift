import Methods

/// What can be said about a run that does not go on by itself.
enum RunAnswer: String, Sendable {
    /// Go on where it was interrupted.
    case resume
    /// The open step did happen: go on with the next.
    case happened
    /// The open step did not happen: do it again.
    case again = "repeat"
    /// Give it up.
    case abandon
}

extension Question {
    /// Asks what becomes of a run that was interrupted.
    init(about run: RunInHand, _ progress: RunProgress, because reason: String) {
        let count = run.plan.steps.count
        var lines = ["Run \(run.id) (\(run.title)) does not go on by itself: \(reason)."]
        let abandon = Choice(
            answer: RunAnswer.abandon.rawValue,
            meaning: run.isCleaning
                ? "leave the lab as it is, because it was cleaned by hand or need not be"
                : "give the run up; its request is not begun again by itself")
        guard let open = progress.open else {
            self.init(text: lines[0], choices: [abandon])
            return
        }
        let place = "step \(open.index + 1) of \(count), “\(open.step.title)”"
        if let error = open.error, !reason.contains(error) { lines.append("At \(place): \(error).") }
        if open.needsWitness {
            lines.append("Nothing can tell whether \(place) happened. Look at the lab.")
            self.init(
                text: lines.joined(separator: " "),
                choices: [
                    Choice(answer: RunAnswer.happened.rawValue, meaning: "it happened; go on with the next step"),
                    Choice(answer: RunAnswer.again.rawValue, meaning: "it did not happen; do it again and go on"),
                    abandon,
                ])
            return
        }
        lines.append("It would go on with \(place), from where the plungers stand and with the valves set anew.")
        self.init(
            text: lines.joined(separator: " "),
            choices: [
                Choice(
                    answer: RunAnswer.resume.rawValue,
                    meaning: "the lab is as it should be; go on, and clear the faults of drives if there are any"),
                abandon,
            ])
    }
}
