import Foundation
import Protocols
import Testing

@testable import Console
@testable import EdgeAgent
@testable import Store

/// What pages hold, and how large they are.
@Suite struct PageTests {
    /// P21: roll-ups make it possible; a point an hour is what a phone can show.
    @Test func `a page with seven days of twenty series is at most 150 kB`() async throws {
        let now: Int64 = 1_800_000_000_000_000
        let hour: Int64 = 3_600_000_000
        var random = SystemRandomNumberGenerator()
        let ranges = (0..<20).map { series in
            ReadingRange(
                series: "thermostat-\(series)/temperature", unit: "°C", source: .hour,
                spans: (0..<168).map { place in
                    let mean = Double.random(in: 20...80, using: &random)
                    return ReadingSpan(
                        time: now - hour * Int64(168 - place), count: 3600, minimum: mean - 1.2345,
                        maximum: mean + 2.345,
                        mean: mean, quality: .good)
                })
        }
        let page = Page("Devices", in: .devices) {
            DevicesPage(devices: [], last: [], ranges: ranges, span: now - 168 * hour...now).body
        }
        let visitor = Visitor(user: nil, secret: Secret("x"), isNew: false, cookie: "", isHere: true)
        let frame = PageFrame(lab: "asab", visitor: visitor, waiting: 0, obstacle: nil)
        let bytes =
            frame.document(page).utf8.count + PackageResources.console_css.count
            + PackageResources.console_js.count
        #expect(bytes <= 150_000, "\(bytes) bytes with style and script")
    }

    @Test func `text never becomes markup, in content or in attributes`() {
        let text = #"a & b < c > d "e" 'f'"#
        let markup = tag("p", ["title": text, "hidden": nil, "inert": ""]) { text }
        let escaped = "a &amp; b &lt; c &gt; d &quot;e&quot; &#39;f&#39;"
        #expect(markup.html == "<p title=\"\(escaped)\" inert>\(escaped)</p>")
        #expect(tag("br").html == "<br>")
    }

    @Test func `metrics are Prometheus' text format, with units in their names`() async throws {
        try await ConsoleBench.run { bench in
            let answer = try await Browser(bench.url).get("/metrics")
            #expect(answer.status == 200)
            let lines = answer.body.split(separator: "\n")
            let names = lines.filter { !$0.hasPrefix("#") }
            #expect(
                names.allSatisfy {
                    $0.contains(/^edge_[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.e+-]+$/)
                })
            #expect(answer.body.contains("# TYPE edge_resident_memory_bytes gauge\n"))
            #expect(answer.body.contains("edge_outbox_results{state=\"ready\"} 0\n"))
            #expect(answer.body.contains(/edge_stock_volume_litres\{kind="reservoir",node="Reservoir6"\} 0\.046/))
        }
    }

    @Test func `a label's value keeps its quotes and line ends to itself`() {
        let metric = Metric("edge_reading", .gauge, "Help.", [.init(1.5, ["unit": "a\"b\\c\nd"])])
        #expect(Metric.text([metric]).contains(#"edge_reading{unit="a\"b\\c\nd"} 1.5"#))
    }

    @Test func `the liquids are drawn in columns from the syringes to the vials' valve`() async throws {
        try await ConsoleBench.run { bench in
            let liquids: LiquidsView = try await bench.desk.view(.liquids)
            let layout = LiquidLayout(liquids)
            let column = { (unit: String) in layout.place(of: unit)?.x ?? -1 }
            #expect(column("A0.0") < column("V6") && column("V6") < column("M1"))
            #expect(column("M1") < column("V7") && column("V7") < column("V8"))
            #expect(column("V8") < column("electrochemistry") && column("electrochemistry") < column("V9"))
            #expect(column("V9") < column("V10"))
            let places = layout.units.compactMap(layout.place).map { "\($0.x) \($0.y)" }
            #expect(Set(places).count == layout.units.count, "nothing stands on something else")
            #expect(liquids.valves.first { $0.name == "V6" }?.ports.first { $0.port == 1 }?.leads == "Reservoir6")
        }
    }

    @Test func `a page that is open is told of a change, and the console ends all the same`() async throws {
        try await ConsoleBench.run { bench in
            let browser = try await bench.browser()
            try await browser.listen(to: "/events") { text in
                if text.contains("retry:"), !text.contains("event:") { bench.desk.events.ring() }
                return text.contains("event: change\ndata:\n\n")
            }
        }
    }
}
