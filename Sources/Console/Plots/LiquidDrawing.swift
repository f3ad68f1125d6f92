/// The fluidic system as it stands: syringes with what they hold, valves with the port they point to, tubes with what is
/// in them. Drawn from the tubing's own graph, in columns by the distance from the syringes.
struct LiquidDrawing {
    private let liquids: LiquidsView
    private let colours: LiquidColours
    private let layout: LiquidLayout

    private static let radius = 22.0

    init(_ liquids: LiquidsView) {
        self.liquids = liquids
        self.colours = LiquidColours(liquids)
        self.layout = LiquidLayout(liquids)
    }

    var markup: Markup {
        let size = self.layout.size
        return tag(
            "svg",
            [
                "viewBox": "0 0 \(pixel(size.width)) \(pixel(size.height))", "class": "liquids", "role": "img",
                "width": pixel(size.width), "height": pixel(size.height), "aria-label": self.summary,
            ]
        ) {
            self.liquids.tubes.filter { !self.isOpen($0) }.map(self.tube)
            self.liquids.tubes.filter(self.isOpen).map(self.tube)
            self.layout.units.map(self.unit)
        }
    }

    /// In words, valve by valve.
    private var summary: String {
        let valves = self.liquids.valves.map { valve in
            guard let port = valve.port else { return "\(valve.name): not known" }
            let leads = valve.ports.first { $0.port == port }?.leads
            return "\(valve.name) at port \(port)\(leads.map { ", to \($0)" } ?? "")"
        }
        let syringes = self.liquids.places.filter { $0.kind == "syringe" }.map {
            "\($0.node) holds \(Words.number($0.volume_mL)) mL"
        }
        return (syringes + valves).joined(separator: "; ")
    }

    // MARK: Tubes

    private func isOpen(_ tube: LiquidsView.Tube) -> Bool {
        self.isOpen(tube.from, tube.fromPort) && self.isOpen(tube.to, tube.toPort)
    }

    private func isOpen(_ unit: String, _ port: Int?) -> Bool {
        guard let valve = self.liquids.valves.first(where: { $0.name == unit }), let port else { return true }
        return port == 0 || valve.port == port
    }

    @MarkupBuilder private func tube(_ tube: LiquidsView.Tube) -> Markup {
        if let from = self.end(tube.from, tube.fromPort), let to = self.end(tube.to, tube.toPort) {
            tag(
                "path",
                [
                    "class": "tube \(self.isOpen(tube) ? "open" : "shut") \(self.colours.style(of: tube.content))",
                    "d": path([from, to]),
                ]
            ) { tag("title") { "\(tube.label): \(tube.from) to \(tube.to)" } }
        }
    }

    /// Where a tube ends: at the port's place around the valve, or in the middle of anything else.
    private func end(_ unit: String, _ port: Int?) -> (x: Double, y: Double)? {
        guard let centre = self.layout.place(of: unit) else { return nil }
        guard let port, port > 0, let valve = self.liquids.valves.first(where: { $0.name == unit }) else {
            return centre
        }
        return Self.port(port, of: valve, around: centre)
    }

    /// Ports stand clockwise from the top.
    private static func port(
        _ port: Int, of valve: LiquidsView.Valve, around centre: (x: Double, y: Double)
    ) -> (x: Double, y: Double) {
        let count = max(valve.ports.count, valve.ports.map(\.port).max() ?? 1)
        let (sine, cosine) = Circle.point(Double(port - 1) / Double(count))
        return (centre.x + Self.radius * sine, centre.y - Self.radius * cosine)
    }

    // MARK: Syringes, valves and the rest

    private func unit(_ name: String) -> Markup {
        guard let centre = self.layout.place(of: name) else { return .nothing }
        if let valve = self.liquids.valves.first(where: { $0.name == name }) { return self.valve(valve, at: centre) }
        if let syringe = self.liquids.places.first(where: { $0.node == name }) {
            return self.syringe(syringe, at: centre)
        }
        return self.box(name, at: centre)
    }

    private func valve(_ valve: LiquidsView.Valve, at centre: (x: Double, y: Double)) -> Markup {
        let selected = valve.port.map { Self.port($0, of: valve, around: centre) }
        return tag("g") {
            tag("circle", ["class": "valve", "cx": pixel(centre.x), "cy": pixel(centre.y), "r": pixel(Self.radius)])
            valve.ports.map { port in
                let place = Self.port(port.port, of: valve, around: centre)
                return tag(
                    "circle",
                    [
                        "class": port.port == valve.port ? "port selected" : "port", "cx": pixel(place.x),
                        "cy": pixel(place.y), "r": port.port == valve.port ? "4" : "2.5",
                    ]
                ) { tag("title") { "port \(port.port): \(port.leads)" } }
            }
            if let selected { tag("path", ["class": "rotor", "d": path([centre, selected])]) }
            self.label(valve.name, centre.x, centre.y - Self.radius - 7, bold: true)
            self.label(
                valve.port.map { port in
                    "\(port) → \(valve.ports.first { $0.port == port }?.leads ?? "nothing")"
                } ?? "not known", centre.x, centre.y + Self.radius + 15)
        }
    }

    /// The barrel with its parts one on the other, gas last.
    private func syringe(_ syringe: LiquidsView.Place, at centre: (x: Double, y: Double)) -> Markup {
        let (width, height) = (72.0, 26.0)
        let (left, top) = (centre.x - width / 2, centre.y - height / 2)
        let capacity = max(syringe.capacity_mL ?? 0, syringe.volume_mL + syringe.gas_mL, 1e-9)
        let liquid = width * syringe.volume_mL / capacity
        return tag("g") {
            tag(
                "rect",
                ["class": "barrel", "x": pixel(left), "y": pixel(top), "width": pixel(width), "height": pixel(height)])
            tag(
                "rect",
                [
                    "class": self.colours.style(of: syringe.content), "x": pixel(left + width - liquid),
                    "y": pixel(top),
                    "width": pixel(liquid), "height": pixel(height),
                ])
            self.label(syringe.node, centre.x, top - 7, bold: true)
            self.label("\(Words.number(syringe.volume_mL, digits: 3)) mL", centre.x, top + height + 15)
        }
    }

    private func box(_ name: String, at centre: (x: Double, y: Double)) -> Markup {
        let width = max(44, Double(name.count) * 7 + 14)
        return tag("g") {
            tag(
                "rect",
                [
                    "class": "box", "x": pixel(centre.x - width / 2), "y": pixel(centre.y - 13), "width": pixel(width),
                    "height": "26", "rx": "4",
                ])
            self.label(name, centre.x, centre.y + 4)
        }
    }

    private func label(_ text: String, _ x: Double, _ y: Double, bold: Bool = false) -> Markup {
        tag(
            "text", ["x": pixel(x), "y": pixel(y), "text-anchor": "middle", "class": bold ? "name" : nil]
        ) { text }
    }
}
