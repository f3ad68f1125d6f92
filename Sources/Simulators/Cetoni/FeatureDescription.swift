/// What a SiLA 2 feature offers, and its feature definition in XML (SiLA 2 Part A), from which generic clients make
/// their calls.
struct FeatureDescription: Sendable {
    /// A data type as the feature definition language writes it.
    indirect enum DataType: Sendable {
        case basic(String)
        /// A basic type that takes certain values only.
        case choice(String, of: [String])
        /// A number with a unit of length: factor to metres.
        case length(factor: String)
        case list(of: Self)
        case structure([Element])
        case named(String)
    }

    struct Element: Sendable {
        var name: String
        var text: String
        var type: DataType
        init(_ name: String, _ text: String, _ type: DataType) {
            self.name = name
            self.text = text
            self.type = type
        }
    }

    enum Part: Sendable {
        case command(
            String, String, isObservable: Bool = false, parameters: [Element] = [], responses: [Element] = [],
            errors: [String] = [])
        case property(String, String, isObservable: Bool = true, DataType, errors: [String] = [])
        case metadata(String, String, DataType, errors: [String] = [])
        case error(String, String)
        case type(Element)
    }

    let originator: String
    let category: String
    let name: String
    let text: String
    let parts: [Part]

    var identifier: String { "\(self.originator)/\(self.category)/\(self.name)/v1" }

    /// The feature definition.
    var xml: String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <Feature xmlns="http://www.sila-standard.org" SiLA2Version="1.0" FeatureVersion="1.0" MaturityLevel="Draft" \
        Locale="en-us" Originator="\(self.originator)" Category="\(self.category)">
        \(Self.head(self.name, self.text))\(self.parts.map(Self.xml).joined())</Feature>
        """
    }

    private static func xml(_ part: Part) -> String {
        switch part {
        case .command(let name, let text, let isObservable, let parameters, let responses, let errors):
            """
            <Command>\(self.head(name, text))\(self.observable(isObservable))\
            \(parameters.map { self.xml("Parameter", $0) }.joined())\
            \(responses.map { self.xml("Response", $0) }.joined())\(self.errors(errors))</Command>

            """
        case .property(let name, let text, let isObservable, let type, let errors):
            """
            <Property>\(self.head(name, text))\(self.observable(isObservable))\(self.xml(type))\
            \(self.errors(errors))</Property>

            """
        case .metadata(let name, let text, let type, let errors):
            "<Metadata>\(self.head(name, text))\(self.xml(type))\(self.errors(errors))</Metadata>\n"
        case .error(let name, let text):
            "<DefinedExecutionError>\(self.head(name, text))</DefinedExecutionError>\n"
        case .type(let element): "\(self.xml("DataTypeDefinition", element))\n"
        }
    }

    private static func head(_ name: String, _ text: String) -> String {
        "<Identifier>\(name)</Identifier><DisplayName>\(self.spaced(name))</DisplayName>"
            + "<Description>\(text)</Description>"
    }

    private static func observable(_ isObservable: Bool) -> String {
        "<Observable>\(isObservable ? "Yes" : "No")</Observable>"
    }

    private static func errors(_ names: [String]) -> String {
        guard !names.isEmpty else { return "" }
        let list = names.map { "<Identifier>\($0)</Identifier>" }.joined()
        return "<DefinedExecutionErrors>\(list)</DefinedExecutionErrors>"
    }

    private static func xml(_ tag: String, _ element: Element) -> String {
        "<\(tag)>\(self.head(element.name, element.text))\(self.xml(element.type))</\(tag)>"
    }

    private static func xml(_ type: DataType) -> String {
        "<DataType>\(self.inner(type))</DataType>"
    }

    private static func inner(_ type: DataType) -> String {
        switch type {
        case .basic(let name): "<Basic>\(name)</Basic>"
        case .choice(let name, let values):
            self.constrained(name, "<Set>\(values.map { "<Value>\($0)</Value>" }.joined())</Set>")
        case .length(let factor):
            self.constrained(
                "Real",
                """
                <Unit><Label>mm</Label><Factor>\(factor)</Factor><Offset>0</Offset><UnitComponent>\
                <SIUnit>Meter</SIUnit><Exponent>1</Exponent></UnitComponent></Unit>
                """)
        case .list(let element): "<List>\(self.xml(element))</List>"
        case .structure(let elements):
            "<Structure>\(elements.map { self.xml("Element", $0) }.joined())</Structure>"
        case .named(let name): "<DataTypeIdentifier>\(name)</DataTypeIdentifier>"
        }
    }

    private static func constrained(_ name: String, _ constraint: String) -> String {
        "<Constrained><DataType><Basic>\(name)</Basic></DataType><Constraints>\(constraint)</Constraints></Constrained>"
    }

    /// `PumpDriveState` becomes `Pump Drive State`.
    private static func spaced(_ name: String) -> String {
        var text = ""
        for character in name {
            if character.isUppercase, let last = text.last, last.isLowercase { text += " " }
            text.append(character)
        }
        return text
    }
}
