import DeviceKit

/// The tubing drawn, and every bottle, vial and syringe with what one can do to it.
struct LiquidsPage {
    let visitor: Visitor
    let liquids: LiquidsView

    @MarkupBuilder var body: Markup {
        tag("section", ["aria-labelledby": "title-drawing"]) {
            tag("h2", ["id": "title-drawing"]) { "Where it stands" }
            tag(
                "div",
                [
                    "class": "drawing", "id": "drawing", "data-part": "", "tabindex": "0", "role": "group",
                    "aria-label": "Drawing of the tubing",
                ]
            ) {
                LiquidDrawing(self.liquids).markup
            }
            self.legend
        }
        self.table("Bottles", id: "bottles", ["reservoir", "solvent"])
        self.table("Vials", id: "vials", ["vial"])
        self.table("Waste", id: "waste", ["waste"])
        self.table("Syringes", id: "syringes", ["syringe"])
    }

    private var legend: Markup {
        tag("ul", ["class": "legend"]) {
            LiquidColours(self.liquids).all.map { entry in
                tag("li") {
                    tag("svg", ["viewBox": "0 0 12 12", "width": "12", "height": "12", "aria-hidden": "true"]) {
                        tag("rect", ["width": "12", "height": "12", "class": entry.style])
                    }
                    " \(entry.name)"
                }
            }
        }
    }

    @MarkupBuilder private func table(_ title: String, id: String, _ kinds: [String]) -> Markup {
        let places = self.liquids.places.filter { kinds.contains($0.kind) }
        if !places.isEmpty {
            tag("section", ["aria-labelledby": "title-\(id)"]) {
                tag("h2", ["id": "title-\(id)"]) { title }
                tag("ul", ["class": kinds == ["vial"] ? "cards small" : "cards"]) { places.map(self.card) }
            }
        }
    }

    private func card(_ place: LiquidsView.Place) -> Markup {
        tag("li", ["class": "card place", "id": place.node]) {
            tag("div", ["id": "place-\(place.node)", "data-part": ""]) {
                tag("h3") {
                    place.node
                    if let stock = place.stock { tag("span", ["class": "when"]) { " \(stock)" } }
                }
                tag("p") {
                    tag("strong") { "\(Words.number(place.volume_mL)) mL" }
                    if let capacity = place.capacity_mL { " of \(Words.number(capacity)) mL" }
                    if !place.content.isEmpty { tag("span", ["class": "when"]) { " \(Self.mixture(place))" } }
                }
                if let capacity = place.capacity_mL, capacity > 0 {
                    tag(
                        "meter",
                        [
                            "min": "0", "max": "\(capacity)", "value": "\(place.volume_mL)",
                            "aria-label": "Fill of \(place.node)",
                        ])
                }
            }
            if self.visitor.may(.operator) { self.act(place) }
        }
    }

    private static func mixture(_ place: LiquidsView.Place) -> String {
        guard place.content.count > 1 else { return place.content.first?.name ?? "" }
        return place.content.map { "\(Words.rounded($0.fraction * 100, 1)) % \($0.name)" }.joined(separator: ", ")
    }

    @MarkupBuilder private func act(_ place: LiquidsView.Place) -> Markup {
        switch place.kind {
        case "reservoir" where place.stock != nil, "solvent":
            form(to: "/liquids/\(place.node.percentEncoded)/refill", of: self.visitor, class: "inline") {
                tag("label", ["for": "volume-\(place.node)"]) { "Now holds" }
                tag(
                    "input",
                    [
                        "id": "volume-\(place.node)", "name": "volume", "class": "short", "inputmode": "decimal",
                        "required": "", "placeholder": "50", "maxlength": "20",
                        "aria-label": "\(place.node) now holds, in millilitres",
                    ])
                tag("span", ["aria-hidden": "true"]) { "mL" }
                tag("button", ["class": "quiet", "aria-label": "Note the refill of \(place.node)"]) { "Note refill" }
            }
        case "vial" where place.volume_mL > 0: self.button("free", place, "An empty one is in its place")
        case "waste" where place.volume_mL > 0: self.button("empty", place, "It was emptied")
        case "syringe" where place.volume_mL > 0: self.button("empty", place, "It was emptied by hand")
        default: Markup.nothing
        }
    }

    private func button(_ act: String, _ place: LiquidsView.Place, _ words: String) -> Markup {
        form(to: "/liquids/\(place.node.percentEncoded)/\(act)", of: self.visitor, class: "inline") {
            tag("button", ["class": "quiet", "aria-label": "\(place.node): \(words)"]) { words }
        }
    }
}
