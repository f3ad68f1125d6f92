import Store

/// Each device with its state, what it reads, and how that was during the last week.
struct DevicesPage {
    let devices: [DeviceView]
    let last: [LastReadingView]
    let ranges: [ReadingRange]
    /// The span of the plots, in microseconds since 1970 UTC.
    let span: ClosedRange<Int64>

    @MarkupBuilder var body: Markup {
        tag("ul", ["class": "cards devices", "id": "devices", "data-part": ""]) {
            self.devices.sorted { Words.natural($0.device) < Words.natural($1.device) }.map { device in
                tag("li", ["class": "card"]) { self.card(device) }
            }
        }
        let others = self.ranges.filter { range in !self.devices.contains { range.series.hasPrefix("\($0.device)/") } }
        if !others.isEmpty {
            tag("section", ["aria-labelledby": "title-others", "id": "others", "data-part": ""]) {
                tag("h2", ["id": "title-others"]) { "Other readings" }
                tag("ul", ["class": "cards"]) {
                    others.map { range in tag("li", ["class": "card"]) { self.plot(range, name: range.series) } }
                }
            }
        }
    }

    @MarkupBuilder private func card(_ device: DeviceView) -> Markup {
        tag("h2") {
            device.device
            " "
            Words.state(device.state)
        }
        tag("p", ["class": "when"]) {
            device.identity.map { "\($0.vendor) \($0.model)" } ?? device.kind
            if let node = device.node { " at \(node)" }
        }
        if let reading = device.reading, !reading.isEmpty { tag("p") { reading } }
        if let error = device.error { tag("p", ["class": "note"]) { error } }
        self.last.filter { $0.device == device.device }.map(self.state)
        self.ranges.filter { $0.series.hasPrefix("\(device.device)/") }.map { range in
            self.plot(range, name: String(range.series.dropFirst(device.device.count + 1)))
        }
    }

    private func state(_ last: LastReadingView) -> Markup {
        tag("p", ["class": "reading"]) {
            "\(last.state) "
            tag("strong") { last.value.map { "\(Words.number($0)) \(last.unit)" } ?? last.word ?? "–" }
            if let time = last.time {
                " "
                tag("span", ["class": "when"]) { Words.time(time) }
            }
            if let error = last.error { tag("span", ["class": "note"]) { error } }
        }
    }

    @MarkupBuilder private func plot(_ range: ReadingRange, name: String) -> Markup {
        if !range.spans.isEmpty { Sparkline(range: range, name: name, span: self.span).markup }
    }
}
