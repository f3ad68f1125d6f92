/// A piece of a page. It is made of elements and of text that is escaped on its way in, so that nothing that a person, a
/// device or a broker has written ever becomes markup.
struct Markup: Sendable, Hashable {
    private(set) var html: String

    /// Text as it is to be read.
    init(_ text: String) { self.html = Self.escaped(text) }

    private init(html: String) { self.html = html }

    static let nothing = Markup(html: "")

    /// - Parameters:
    ///   - name: of the element, `section` for example.
    ///   - attributes: those whose value is nil are left out; one that is there or not has an empty value.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>, _ content: Markup
    ) -> Markup {
        let start = Self.start(name, attributes)
        return Markup(html: Self.void.contains("\(name)") ? start : "\(start)\(content.html)</\(name)>")
    }

    /// A whole document.
    static func document(_ root: Markup) -> String { "<!DOCTYPE html>\n" + root.html + "\n" }

    static func + (a: Markup, b: Markup) -> Markup { Markup(html: a.html + b.html) }
    static func joined(_ parts: [Markup]) -> Markup { Markup(html: parts.map(\.html).joined()) }

    private static func start(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) -> String {
        var html = "<\(name)"
        for (key, value) in attributes {
            if let value { html += value.isEmpty ? " \(key)" : " \(key)=\"\(Self.escaped(value))\"" }
        }
        return html + ">"
    }

    /// Elements without an end tag (HTML Living Standard, 13.1.2).
    private static let void: Set = ["br", "hr", "img", "input", "link", "meta"]

    private static func escaped(_ text: String) -> String {
        let special: (UInt8) -> Bool = { [0x26, 0x3C, 0x3E, 0x22, 0x27].contains($0) }
        guard text.utf8.contains(where: special) else { return text }
        return text.unicodeScalars.reduce(into: "") { output, scalar in
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
    }
}

/// An element with what stands in it.
func tag(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
    @MarkupBuilder _ content: () -> Markup = { .nothing }
) -> Markup {
    .element(name, attributes, content())
}

/// A link within the console.
func link(to path: String, class style: String? = nil, _ text: String) -> Markup {
    tag("a", ["href": path, "class": style]) { text }
}
