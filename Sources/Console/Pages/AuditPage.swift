/// What people did, newest first.
struct AuditPage {
    let entries: [AuditView]

    @MarkupBuilder var body: Markup {
        tag("p") {
            "Every entry carries the hash of the one before; "
            tag("code") { "edge-agent audit verify" }
            " computes them anew."
        }
        tag("div", ["class": "wide", "tabindex": "0", "role": "region", "aria-label": "Audit trail"]) {
            tag("table", ["id": "audit", "data-part": ""]) {
                tag("thead") {
                    tag("tr") {
                        ["No.", "When", "Who", "What", "Detail"].map { name in tag("th", ["scope": "col"]) { name } }
                    }
                }
                tag("tbody") {
                    self.entries.map { entry in
                        tag("tr") {
                            tag("td") { "\(entry.sequence)" }
                            tag("td") { Words.time(entry.time) }
                            tag("td") { entry.person }
                            tag("td") { entry.act }
                            tag("td") { tag("code") { entry.detail } }
                        }
                    }
                }
            }
        }
    }
}
