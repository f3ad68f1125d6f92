/// What a variable of a data package stands for: two lower-case letters (MethodSCRIPT manual, appendix "variable types").
public struct MethodScriptVariableType: RawRepresentable, Sendable, Hashable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let impedanceReal = Self(rawValue: "cc")
    public static let impedanceImaginary = Self(rawValue: "cd")
    public static let setPotential = Self(rawValue: "da")
    public static let setFrequency = Self(rawValue: "dc")
    public static let potential = Self(rawValue: "ab")
    public static let current = Self(rawValue: "ba")
    public static let time = Self(rawValue: "eb")

    /// The quantity's name, nil for a type this table does not know.
    public var quantity: String? { Self.table[self.rawValue]?.quantity }
    /// The unit's symbol; empty where there is none.
    public var unit: String? { Self.table[self.rawValue]?.unit }

    /// Whether a range index that comes with the variable names a current range; otherwise it names a potential range.
    public var hasCurrentRange: Bool {
        self == .impedanceReal || self.unit == "A"
    }

    private static let table: [String: (quantity: String, unit: String)] = {
        var table: [String: (quantity: String, unit: String)] = [
            "aa": ("unknown", ""), "ab": ("E WE-RE", "V"), "ac": ("E CE-GND", "V"), "ad": ("E SE-GND", "V"),
            "ae": ("E RE-GND", "V"), "af": ("E WE-GND", "V"), "ag": ("E WE-CE", "V"), "ah": ("E S2-RE", "V"),
            "ai": ("E SE-S2", "V"), "ba": ("I WE", "A"), "bb": ("I WE2", "A"), "ca": ("phase", "°"),
            "cb": ("|Z|", "Ω"), "cc": ("Z'", "Ω"), "cd": ("Z''", "Ω"), "ce": ("EIS E time domain", "V"),
            "cf": ("EIS I time domain", "A"), "cg": ("EIS sampling frequency", "Hz"), "ch": ("E ac", "V"),
            "ci": ("E dc", "V"), "cj": ("I ac", "A"), "ck": ("I dc", "A"), "cl": ("Z' bipotentiostat", "Ω"),
            "cm": ("Z'' bipotentiostat", "Ω"), "cn": ("Z' S2-RE", "Ω"), "co": ("Z'' S2-RE", "Ω"),
            "cp": ("Z' SE-S2", "Ω"), "cq": ("Z'' SE-S2", "Ω"), "cr": ("bipotentiostat I time domain", "A"),
            "cs": ("S2 E time domain", "V"), "ct": ("SE E time domain", "V"), "cu": ("bipotentiostat I ac", "A"),
            "cv": ("bipotentiostat I dc", "A"), "cw": ("S2 E ac", "V"), "cx": ("S2 E dc", "V"),
            "cy": ("SE E ac", "V"), "cz": ("SE E dc", "V"), "da": ("set E", "V"), "db": ("set I", "A"),
            "dc": ("set frequency", "Hz"), "dd": ("set amplitude", "V"), "ea": ("channel", ""), "eb": ("time", "s"),
            "ec": ("pin mask", ""), "ed": ("temperature", "°C"), "ee": ("count", ""),
            "ef": ("board temperature", "°C"), "eg": ("rate", "V/s"),
        ]
        for (index, letter) in "stuvwxyz".enumerated() { table["a\(letter)"] = ("AIN\(index)", "V") }
        for letter in "abcd" {
            table["h\(letter)"] = ("generic", "A")
            table["i\(letter)"] = ("generic", "V")
            table["j\(letter)"] = ("generic", "")
        }
        return table
    }()
}
