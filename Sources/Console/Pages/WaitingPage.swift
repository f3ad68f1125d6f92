import DeviceKit

/// What waits for a person: questions first, then what is running out, what was set aside, and what was left alone.
struct WaitingPage {
    let visitor: Visitor
    /// ISO 8601, UTC.
    let now: String
    let prompts: [PromptView]
    let pending: PendingView
    let places: [LiquidsView.Place]
    let results: [ResultView]
    let incidents: [IncidentView]
    /// What is to be calibrated again, in words.
    let calibrations: [String]
    let runs: [RunView]

    /// A bottle with less than this share of what it takes, or less than 10 mL, is shown.
    private static let lowShare = 0.15
    private static let lowVolume_mL = 10.0

    @MarkupBuilder var body: Markup {
        if self.pending.halted == true { self.release }
        tag("section", ["aria-labelledby": "questions", "id": "prompts", "data-part": ""]) {
            tag("h2", ["id": "questions"]) { "Questions" }
            self.prompts.map { PromptCard(prompt: $0, visitor: self.visitor, now: self.now).markup }
            if self.prompts.isEmpty { tag("p", ["class": "none"]) { "Nothing waits for you." } }
        }
        self.list("Now", id: "now", self.runs.filter { !$0.isFinal }.map(self.underWay), none: "No run is under way.")
        self.list(
            "Running out", id: "low", (self.pending.shortages ?? []).map(self.shortage) + self.low, none: nil)
        self.list("Results set aside", id: "aside", self.results.filter(\.isSetAside).map(self.setAside), none: nil)
        self.list("Incidents", id: "incidents", self.incidents.filter(\.needsLook).map(self.incident), none: nil)
        self.list("To be calibrated", id: "due", self.calibrations.map(self.due), none: nil)
        self.list("Requests left alone", id: "alone", self.pending.requests.map(self.leftAlone), none: nil)
    }

    @MarkupBuilder private func list(_ title: String, id: String, _ items: [Markup], none: String?) -> Markup {
        if !items.isEmpty || none != nil {
            tag("section", ["aria-labelledby": "title-\(id)", "id": id, "data-part": ""]) {
                tag("h2", ["id": "title-\(id)"]) { title }
                if items.isEmpty {
                    tag("p", ["class": "none"]) { none ?? "" }
                } else {
                    tag("ul", ["class": "cards"]) { items.map { item in tag("li", ["class": "card"]) { item } } }
                }
            }
        }
    }

    private var release: Markup {
        tag("section", ["class": "card bad", "aria-labelledby": "halted"]) {
            tag("h2", ["id": "halted"]) { "The lab was stopped" }
            tag("p") { "Look at the lab first. Nothing begins before it is released." }
            if self.visitor.may(.operator) {
                form(to: "/release", of: self.visitor) { tag("button") { "Let the lab work again" } }
            }
        }
    }

    private func underWay(_ run: RunView) -> Markup {
        tag("p") {
            link(to: "/runs/\(run.id)", Words.capability(run.quantity, run.method))
            " "
            Words.state(run.state)
        } + (run.reason.isEmpty ? .nothing : tag("p", ["class": "note"]) { run.reason })
    }

    private func shortage(_ shortage: PendingView.Shortage) -> Markup {
        tag("p") {
            link(to: "/liquids#\(shortage.node)", shortage.place)
            shortage.waiting == 1
                ? " does not suffice for the request that waits"
                : " does not suffice for the \(shortage.waiting) requests that wait"
        }
            + tag("p", ["class": "note"]) {
                "When \(shortage.before) of them are served, it gives \(Words.number(shortage.left_mL)) mL; the next, "
                    + "\(Words.capability(shortage.quantity, shortage.method)), needs "
                    + "\(Words.number(shortage.needed_mL)) mL. All together draw \(Words.number(shortage.drawn_mL)) mL."
            }
    }

    private var low: [Markup] {
        let named = Set((self.pending.shortages ?? []).map(\.node))
        return self.places.filter { place in
            if named.contains(place.node) { return false }
            if let capacity = place.capacity_mL, place.kind == "waste" { return place.volume_mL > 0.85 * capacity }
            guard place.kind == "reservoir" || place.kind == "solvent" else { return false }
            return place.volume_mL < max(Self.lowVolume_mL, Self.lowShare * (place.capacity_mL ?? 0))
        }.map { place in
            tag("p") {
                link(to: "/liquids#\(place.node)", place.node)
                place.kind == "waste"
                    ? " is nearly full: \(Words.number(place.volume_mL)) mL"
                    : " holds \(Words.number(place.volume_mL)) mL\(place.stock.map { " of \($0)" } ?? "")"
            }
        }
    }

    private func setAside(_ result: ResultView) -> Markup {
        tag("p") {
            link(to: "/results/\(result.id)", Words.capability(result.quantity, result.method))
            " "
            Words.state(result.state)
        } + tag("p", ["class": "note"]) { result.reason }
    }

    private func incident(_ incident: IncidentView) -> Markup {
        tag("p") { incident.text }
            + (self.visitor.may(.operator)
                ? form(to: "/incidents/\(incident.id)/acknowledge", of: self.visitor) {
                    tag("button", ["class": "quiet"]) { "I have looked" }
                } : .nothing)
    }

    private func due(_ words: String) -> Markup {
        tag("p") { link(to: "/calibrations", "\(words.prefix(1).uppercased())\(words.dropFirst())") }
    }

    private func leftAlone(_ request: PendingView.Request) -> Markup {
        tag("p") {
            "\(Words.capability(request.quantity, request.method)) (\(Words.short(request.request))), since "
            Words.time(request.since)
        } + tag("p", ["class": "note"]) { request.reason }
    }
}
