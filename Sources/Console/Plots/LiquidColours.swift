/// One colour for each liquid of the lab, the same in the drawing and beside it. The style sheet says which.
struct LiquidColours {
    struct Entry {
        let name: String
        let style: String
    }

    private var entries: [String: Entry] = [:]
    private var order: [String] = []

    /// Colours at hand; further liquids share the last.
    private static let count = 8

    init(_ liquids: LiquidsView) {
        let stocks = liquids.places.flatMap(\.content) + liquids.tubes.flatMap(\.content)
        for part in stocks.sorted(by: { $0.source < $1.source }) where self.entries[part.source] == nil {
            let style = part.source == "gas" ? "gas" : "liquid-\(min(self.order.count, Self.count - 1))"
            self.entries[part.source] = Entry(name: part.source == "gas" ? "Gas" : part.name, style: style)
            if part.source != "gas" { self.order.append(part.source) }
        }
    }

    /// For the legend.
    var all: [Entry] {
        self.order.compactMap { self.entries[$0] } + [Entry(name: "Mixture", style: "mixture")]
            + (self.entries["gas"].map { [$0] } ?? [])
    }

    /// Of what stands somewhere: that of its only part, or that of mixtures.
    func style(of content: [LiquidsView.Place.Part]) -> String {
        guard let largest = content.first else { return "gas" }
        return largest.fraction > 0.98 ? self.entries[largest.source]?.style ?? "mixture" : "mixture"
    }
}
