/// Writes a picture as SVG 1.1 (W3C). Coordinates are pixels from the upper left corner.
struct SVGDrawing {
    enum Anchor: String { case start, middle, end }

    private let width: Double
    private let height: Double
    private var body = ""

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// The whole document.
    var text: String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(self.width))" \
        height="\(Self.number(self.height))" viewBox="0 0 \(Self.number(self.width)) \(Self.number(self.height))" \
        font-family="Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif">
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(self.body)</svg>

        """
    }

    mutating func line(
        from: (x: Double, y: Double), to: (x: Double, y: Double), colour: String, width: Double = 1,
        dashes: String? = nil
    ) {
        self.element(
            "line",
            [
                ("x1", Self.number(from.x)), ("y1", Self.number(from.y)), ("x2", Self.number(to.x)),
                ("y2", Self.number(to.y)), ("stroke", colour), ("stroke-width", Self.number(width)),
            ] + (dashes.map { [("stroke-dasharray", $0)] } ?? []))
    }

    mutating func curve(_ points: [(x: Double, y: Double)], colour: String, width: Double = 2) {
        guard points.count > 1 else { return }
        let path = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
        self.element(
            "polyline",
            [
                ("points", path), ("fill", "none"), ("stroke", colour), ("stroke-width", Self.number(width)),
                ("stroke-linejoin", "round"), ("stroke-linecap", "round"),
            ])
    }

    mutating func disc(at centre: (x: Double, y: Double), radius: Double, colour: String) {
        self.element(
            "circle",
            [
                ("cx", Self.number(centre.x)), ("cy", Self.number(centre.y)), ("r", Self.number(radius)),
                ("fill", colour), ("stroke", "#ffffff"), ("stroke-width", "1"),
            ])
    }

    mutating func frame(x: Double, y: Double, width: Double, height: Double, colour: String) {
        self.element(
            "rect",
            [
                ("x", Self.number(x)), ("y", Self.number(y)), ("width", Self.number(width)),
                ("height", Self.number(height)), ("fill", "none"), ("stroke", colour),
            ])
    }

    /// - Parameter isUpward: turned by a quarter, to be read from below.
    mutating func label(
        _ text: String, at place: (x: Double, y: Double), size: Double = 14, anchor: Anchor = .start,
        colour: String = "#222222", isBold: Bool = false, isUpward: Bool = false
    ) {
        let (x, y) = (Self.number(place.x), Self.number(place.y))
        let attributes =
            [
                ("x", x), ("y", y), ("font-size", Self.number(size)), ("text-anchor", anchor.rawValue),
                ("fill", colour),
            ] + (isBold ? [("font-weight", "bold")] : []) + (isUpward ? [("transform", "rotate(-90 \(x) \(y))")] : [])
        self.body += "<text\(Self.written(attributes))>\(Self.escaped(text))</text>\n"
    }

    private mutating func element(_ name: String, _ attributes: [(String, String)]) {
        self.body += "<\(name)\(Self.written(attributes))/>\n"
    }

    private static func written(_ attributes: [(String, String)]) -> String {
        attributes.map { " \($0)=\"\(Self.escaped($1))\"" }.joined()
    }

    /// Two decimals, no exponent; a number that is none is 0.
    private static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e7 else { return "0" }
        return value == value.rounded() ? "\(Int(value))" : value.fixed(2)
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { output, character in
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            default: output.append(character)
            }
        }
    }
}
