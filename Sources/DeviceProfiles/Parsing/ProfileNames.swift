import DeviceKit
import Protocols

/// What a profile has named so far, for the patterns and conditions that call it by name.
struct ProfileNames {
    var parameters: [ProfileParameter] = []
    /// States with their kind and how their options are written.
    var states: [(name: String, kind: ValueKind, options: [WireField.Option])] = []

    var kinds: [String: ValueKind] {
        Dictionary(self.states.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    }

    var parameterFields: [String: WireField] {
        Dictionary(
            self.parameters.map { ($0.name, WireField($0.kind, options: [])) }, uniquingKeysWith: { first, _ in first })
    }

    /// Parameters and states.
    var fields: [String: WireField] {
        self.states.reduce(into: self.parameterFields) { $0[$1.name] = WireField($1.kind, options: $1.options) }
    }
}

extension WireField {
    /// The field of a value of this kind, as long as a pattern says nothing else.
    init(_ kind: ValueKind, options: [WireField.Option]) {
        switch kind {
        case .number: self = .decimal(width: nil, decimals: nil, sign: false)
        case .options(let words):
            self = .options(options.isEmpty ? words.map { Option(name: $0, wire: Array($0.utf8)) } : options)
        case .text: self = .text(width: nil)
        }
    }
}
