import DeviceKit
import Protocols

/// Results on their way to the broker, newest first.
struct ResultsPage {
    let results: [ResultView]

    @MarkupBuilder var body: Markup {
        if self.results.isEmpty { tag("p", ["class": "none"]) { "No result yet." } }
        tag("ul", ["class": "cards", "id": "results", "data-part": ""]) {
            self.results.map { result in
                tag("li", ["class": "card"]) {
                    tag("p") {
                        link(to: "/results/\(result.id)", Words.capability(result.quantity, result.method))
                        " "
                        Words.state(result.state)
                    }
                    tag("p", ["class": "when"]) {
                        Words.time(result.created)
                        " · request \(Words.short(result.request))"
                    }
                    if !result.reason.isEmpty { tag("p", ["class": "note"]) { result.reason } }
                }
            }
        }
    }
}

/// One result: how far it has come, its spectra with their fits, and what is posted.
struct ResultPage {
    let visitor: Visitor
    let detail: ResultDetailView

    private var entry: ResultView { self.detail.entry }

    @MarkupBuilder var body: Markup {
        tag("section", ["id": "delivery", "data-part": "", "aria-label": "Delivery"]) {
            tag("p") {
                Words.state(self.entry.state)
                " since "
                Words.time(self.entry.changed)
                self.entry.attempts == 1 ? ", posted once" : ", posted \(self.entry.attempts) times"
            }
            if !self.entry.reason.isEmpty { tag("p", ["class": "note"]) { self.entry.reason } }
            if !self.entry.intact {
                tag("p", ["class": "said bad"]) { "What is kept has not the checksum it was stored with." }
            }
            tag("dl", ["class": "facts"]) {
                self.fact("Result", self.entry.id)
                self.fact("Request", self.entry.request)
                if let broker = self.entry.broker { self.fact("At the broker", broker) }
                self.fact("SHA-256", self.entry.sha256)
            }
            tag("p") {
                tag("a", ["href": "/results/\(self.entry.id)/export", "download": ""]) { "Export as JSON" }
                if let run = self.detail.run {
                    " · "
                    link(to: "/runs/\(run)", "its run")
                }
            }
            if self.entry.isSetAside, self.visitor.may(.operator) {
                form(to: "/results/\(self.entry.id)/retry", of: self.visitor) { tag("button") { "Send it once more" } }
            }
        }
        self.values
        self.detail.spectra.map(self.spectrum)
        tag("details") {
            tag("summary") { "What is posted" }
            tag("pre", ["tabindex": "0", "role": "region", "aria-label": "What is posted"]) { self.detail.payload }
        }
    }

    private func fact(_ name: String, _ value: String) -> Markup {
        tag("div") {
            tag("dt") { name }
            tag("dd") { tag("code") { value } }
        }
    }

    /// The quantities of the result as the broker's schema has them: values, temperature, rating.
    @MarkupBuilder private var values: Markup {
        let found = (try? JSONValue(parsing: self.detail.payload))?["data"]
        let quantity = found?[self.entry.quantity]
        if let list = quantity?["values"]?.array, !list.isEmpty {
            tag("section", ["aria-labelledby": "title-values"]) {
                tag("h2", ["id": "title-values"]) { "Values" }
                tag("p") {
                    tag("strong") { list.compactMap(\.double).map { Words.number($0) }.joined(separator: ", ") }
                    if self.entry.quantity == "conductivity" { " S/m" }
                    if let temperature = quantity?["temperature"]?.double {
                        " at \(Words.number(temperature, digits: 5)) K"
                    }
                    if let rating = quantity?["meta"]?["rating"]?.integer { ", rating \(rating) of 5" }
                }
                if let mean = found?["details"]?["conductivity"]?["mean_S_per_m"]?.double,
                    let uncertainty = found?["details"]?["conductivity"]?["uncertainty_S_per_m"]?.double
                {
                    tag("p") {
                        "Mean \(Words.number(mean)) S/m, standard uncertainty \(Words.number(uncertainty, digits: 2)) S/m"
                    }
                }
            }
        }
    }

    private func spectrum(_ spectrum: ResultDetailView.Spectrum) -> Markup {
        tag("section", ["class": "card", "aria-labelledby": "title-spectrum-\(spectrum.repetition)"]) {
            tag("h2", ["id": "title-spectrum-\(spectrum.repetition)"]) {
                "Impedance, portion \(spectrum.repetition + 1)"
            }
            tag("div", ["class": "plots"]) {
                NyquistPlot(spectrum).markup
                if !spectrum.residuals.isEmpty { ResidualPlot(spectrum).markup }
            }
            if let error = spectrum.error { tag("p", ["class": "note"]) { error } }
            if let circuit = spectrum.circuit {
                tag("table") {
                    tag("caption") { "Fit of \(circuit)" }
                    tag("thead") {
                        tag("tr") {
                            ["Parameter", "Value", "Standard deviation"].map { name in
                                tag("th", ["scope": "col"]) { name }
                            }
                        }
                    }
                    tag("tbody") {
                        spectrum.parameters.map { parameter in
                            tag("tr") {
                                tag("th", ["scope": "row"]) { parameter.name }
                                tag("td") {
                                    "\(Words.number(parameter.value, digits: 5)) \(parameter.unit == "1" ? "" : parameter.unit)"
                                }
                                tag("td") { Words.number(parameter.deviation, digits: 2) }
                            }
                        }
                    }
                }
            }
        }
    }
}
