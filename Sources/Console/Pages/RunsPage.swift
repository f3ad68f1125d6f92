/// Runs, newest first.
struct RunsPage {
    let runs: [RunView]

    @MarkupBuilder var body: Markup {
        if self.runs.isEmpty { tag("p", ["class": "none"]) { "No run yet." } }
        tag("ul", ["class": "cards", "id": "runs", "data-part": ""]) {
            self.runs.map { run in
                tag("li", ["class": "card"]) {
                    tag("p") {
                        link(to: "/runs/\(run.id)", Words.capability(run.quantity, run.method))
                        " "
                        Words.state(run.state)
                    }
                    tag("p", ["class": "when"]) {
                        Words.time(run.created)
                        " · run \(Words.short(run.id)) · request \(Words.short(run.request))"
                    }
                    if !run.reason.isEmpty { tag("p", ["class": "note"]) { run.reason } }
                }
            }
        }
    }
}
