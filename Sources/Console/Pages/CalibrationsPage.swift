import DeviceKit

/// What the lab has determined about itself, what is due, and what can be determined now.
struct CalibrationsPage {
    let visitor: Visitor
    let view: CalibrationsView

    @MarkupBuilder var body: Markup {
        if !self.view.wet.isEmpty || !self.view.due.isEmpty { self.due }
        tag("section", ["aria-labelledby": "title-current", "id": "current", "data-part": ""]) {
            tag("h2", ["id": "title-current"]) { "In use" }
            self.list(self.view.rows.filter(\.isCurrent), none: "Nothing was calibrated yet.")
        }
        if self.visitor.may(.operator) { CalibrationForms(visitor: self.visitor, view: self.view).markup }
        let earlier = self.view.rows.filter { !$0.isCurrent }
        if !earlier.isEmpty {
            tag("section", ["aria-labelledby": "title-earlier", "id": "earlier", "data-part": ""]) {
                tag("h2", ["id": "title-earlier"]) { "Earlier" }
                self.list(earlier, none: "")
            }
        }
    }

    private var due: Markup {
        tag("section", ["aria-labelledby": "title-due", "id": "due", "data-part": ""]) {
            tag("h2", ["id": "title-due"]) { "To be done" }
            tag("ul", ["class": "cards"]) {
                self.view.wet.map { cell in
                    tag("li", ["class": "card bad"]) {
                        tag("p") { "\(cell) holds something aqueous. Nothing goes through it before it is dry." }
                        if self.visitor.may(.operator) {
                            form(to: "/calibrations/\(cell.percentEncoded)/dried", of: self.visitor) {
                                tag(
                                    "button",
                                    ["aria-label": "\(cell): it is rinsed and dried, and its tubes are connected"]
                                ) {
                                    "It is rinsed and dried, and its tubes are connected"
                                }
                            }
                        }
                    }
                }
                self.view.due.map { words in
                    tag("li", ["class": "card"]) { "\(words.prefix(1).uppercased())\(words.dropFirst())." }
                }
            }
        }
    }

    @MarkupBuilder private func list(_ rows: [CalibrationsView.Row], none: String) -> Markup {
        if rows.isEmpty {
            tag("p", ["class": "none"]) { none }
        } else {
            tag("ul", ["class": "cards"]) { rows.map { row in tag("li", ["class": "card"]) { self.card(row) } } }
        }
    }

    @MarkupBuilder private func card(_ row: CalibrationsView.Row) -> Markup {
        tag("h3") {
            "\(row.kind.prefix(1).uppercased())\(row.kind.dropFirst()) of \(row.subject) "
            Words.state(row.status)
        }
        tag("p") { tag("strong") { Self.found(row) } }
        tag("p", ["class": "when"]) {
            "Determined "
            row.determined.count > 10 ? Words.time(row.determined) : Markup(row.determined)
            if let person = row.person { " for \(person)" } else { " by the lab’s description" }
            if let expires = row.expires { ", good until \(expires)" }
            if let run = row.run {
                ", "
                link(to: "/runs/\(run)", "run \(Words.short(run))")
            }
        }
        row.faults.map { fault in tag("p", ["class": "note"]) { fault } }
    }

    /// `1.0021 ± 0.0012 1/cm`, as many decimals as the uncertainty has a meaning for.
    private static func found(_ row: CalibrationsView.Row) -> String {
        guard let value = row.value, let uncertainty = row.uncertainty else { return "no value" }
        var (decimals, rest) = (1, abs(uncertainty))
        while rest > 0, rest < 1, decimals < 9 { (decimals, rest) = (decimals + 1, rest * 10) }
        return "\(Words.rounded(value, decimals)) ± \(Words.rounded(uncertainty, decimals)) \(row.unit)"
    }
}
