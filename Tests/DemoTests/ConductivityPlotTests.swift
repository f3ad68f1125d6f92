import Foundation
import FoundationXML
import Testing

@testable import Demo

@Suite struct ConductivityPlotTests {
    static let plot = ConductivityPlot(
        points: [
            .init(molality: 0.3, conductivity: 6.1, uncertainty: 0.03),
            .init(molality: 1.0, conductivity: 9.35, uncertainty: 0.05),
        ], curve: [(0.1, 2.8), (0.5, 7.9), (1, 9.3), (1.49, 8.4)], limit: 1.49, temperature: 299.65)

    @Test func `the picture is well-formed XML with a disc for every point and axes with units`() throws {
        let found = try Elements(of: Self.plot.svg)
        // Two points, and one in the legend.
        #expect(found.count["circle"] == 3)
        #expect(found.count["polyline"] == 2)
        #expect(found.text.contains("conductivity κ / mS cm⁻¹"))
        #expect(found.text.contains("molality of LiPF₆ / mol kg⁻¹ of solvent"))
        #expect(found.text.contains("limit of the stocks, 1.49 mol/kg"))
        #expect(!Self.plot.svg.contains("nan") && !Self.plot.svg.contains("inf"))
    }

    @Test func `a plot of nothing is still a picture`() throws {
        let svg = ConductivityPlot(points: [], curve: [], limit: nil, temperature: .nan).svg
        #expect(try Elements(of: svg).count["polyline"] == 1)
    }

    @Test func `every mark lies within the frame`() throws {
        let found = try Elements(of: Self.plot.svg)
        for (x, y) in found.centres {
            #expect((84...792).contains(x) && (84...468).contains(y), "\(x), \(y)")
        }
    }

    @Test func `text with markup in it stays text`() throws {
        var drawing = SVGDrawing(width: 10, height: 10)
        drawing.label("a < b & \"c\" > d", at: (1, 1))
        #expect(try Elements(of: drawing.text).text.contains("a < b & \"c\" > d"))
    }

    @Test(arguments: [(1.55, 0.2), (9.72, 2), (0.043, 0.01), (1, 0.2), (390, 50)])
    func `ticks stand at round numbers and reach beyond the largest value`(largest: Double, step: Double) {
        let axis = PlotAxis(upTo: largest, start: 0, end: 100)
        #expect(axis.upper >= largest)
        #expect(abs(axis.step / step - 1) < 1e-9)
        #expect(axis.ticks.count <= 10)
        #expect(axis.position(axis.upper) == 100)
        #expect(!axis.label(axis.step).isEmpty)
    }

    @Test func `numbers are written with the decimals asked for`() {
        #expect((-0.004).fixed(2) == "0.00")
        #expect((-1.25).fixed(1) == "-1.3")
        #expect(0.05.fixed(3) == "0.050")
        #expect(12.0.fixed(0) == "12")
        #expect(Double.nan.fixed(2) == "–")
        #expect((1e300).fixed(2) == "–")
    }
}

/// What stands in an XML text; throws where it is not well-formed.
private struct Elements {
    var count: [String: Int] = [:]
    var text = ""
    var centres: [(Double, Double)] = []

    struct Malformed: Error { var line: Int }

    init(of svg: String) throws {
        let reader = Reader()
        let parser = XMLParser(data: Data(svg.utf8))
        parser.delegate = reader
        guard parser.parse() else { throw Malformed(line: parser.lineNumber) }
        self = reader.found
    }

    private init() {}

    private final class Reader: NSObject, XMLParserDelegate {
        var found = Elements()

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            self.found.count[name, default: 0] += 1
            if let x = attributes["cx"].flatMap(Double.init), let y = attributes["cy"].flatMap(Double.init) {
                self.found.centres.append((x, y))
            }
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { self.found.text += text }
    }
}
