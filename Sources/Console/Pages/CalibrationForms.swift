/// The calibrations that can be begun, each a form.
struct CalibrationForms {
    let visitor: Visitor
    let view: CalibrationsView

    var markup: Markup {
        tag("section", ["aria-labelledby": "title-orders", "id": "orders"]) {
            tag("h2", ["id": "title-orders"]) { "Calibrate" }
            tag("p", ["class": "note"]) {
                "A calibration takes the lab, and asks under “For you” for what hands have to do."
            }
            tag("div", ["class": "answers typed"]) {
                if !self.view.standards.isEmpty { self.cellConstant }
                if let densimeter = self.view.densimeter { self.check(densimeter) }
                if !self.view.vials.isEmpty { self.lineVolume }
            }
        }
    }

    private var cellConstant: Markup {
        self.order("cell-constant", "Cell constant", "Determine the cell constant") {
            self.choice(
                "cell-constant", "standard", "standard, filled in by hand",
                self.view.standards.map { ($0, "KCl \($0)") }, preset: "0.1 mol/kg")
            self.input("cell-constant", "lot", "lot of the standard")
            self.input("cell-constant", "fillings", "fillings, 1 to 10", value: "3", isNumber: true)
        }
    }

    private func check(_ densimeter: CalibrationsView.Densimeter) -> Markup {
        self.order("densimeter", "Check of \(densimeter.name)", "Check \(densimeter.name)") {
            self.choice(
                "densimeter", "standard", "standard, filled in by hand", [("water", "water"), ("air", "air")])
            self.choice("densimeter", "method", "method of the instrument", densimeter.methods.map { ($0, $0) })
        }
    }

    private var lineVolume: Markup {
        self.order("line-volume", "Volume of the line to the vials", "Weigh the line") {
            self.choice("line-volume", "vial", "blown out into", self.view.vials.map { ($0, $0) })
            self.input(
                "line-volume", "density", "density of the solvent at the lab’s temperature", unit: "g/mL",
                isNumber: true)
            self.input(
                "line-volume", "uncertainty", "its standard uncertainty", value: "0.001", unit: "g/mL", isNumber: true)
        }
    }

    private func order(
        _ name: String, _ title: String, _ act: String, @MarkupBuilder _ fields: () -> Markup
    ) -> Markup {
        form(to: "/calibrations/\(name)", of: self.visitor) {
            tag("details", ["id": "order-\(name)"]) {
                tag("summary") { tag("strong") { title } }
                tag("div", ["class": "fields"]) {
                    fields()
                    tag("button") { act }
                }
            }
        }
    }

    private func choice(
        _ order: String, _ name: String, _ label: String, _ options: [(value: String, words: String)],
        preset: String? = nil
    ) -> Markup {
        let id = "\(order)-\(name)"
        return tag("div", ["class": "field"]) {
            tag("label", ["for": id]) { label }
            tag("select", ["id": id, "name": name]) {
                options.map { option in
                    tag("option", ["value": option.value, "selected": option.value == preset ? "" : nil]) {
                        option.words
                    }
                }
            }
        }
    }

    private func input(
        _ order: String, _ name: String, _ label: String, value: String? = nil, unit: String? = nil,
        isNumber: Bool = false
    ) -> Markup {
        let id = "\(order)-\(name)"
        return tag("div", ["class": "field"]) {
            tag("label", ["for": id]) { label }
            tag("span", ["class": "measure"]) {
                tag(
                    "input",
                    [
                        "id": id, "name": name, "value": value, "class": isNumber ? "short" : nil,
                        "inputmode": isNumber ? "decimal" : nil, "maxlength": "100", "required": "",
                        "autocomplete": "off",
                    ])
                if let unit { tag("span") { " \(unit)" } }
            }
        }
    }
}
