import DeviceKit
import Protocols

extension ConfigurationSection {
    /// A text that must be one of an enumeration's values.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of kind: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        self.required(key) { self.optionalChoice(key, of: kind) }
    }

    public func optionalChoice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        let known = Choice.allCases.map(\.rawValue)
        let shape: JSONValue = ["enum": .array(known.map(JSONValue.string))]
        guard let text = self.optionalText(key, as: shape) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        self.report("\(self.name(key)): “\(text)” is not one of \(known.joined(separator: ", "))", key: key)
        return nil
    }

    /// Bytes as profiles write them, `\r\n` for example.
    func optionalBytes(_ key: String) -> [UInt8]? {
        guard let text = self.optionalText(key) else { return nil }
        return self.reporting(key) { () throws(WirePatternError) in try WirePattern.bytes(text) }
    }

    /// A pattern whose fields are known by name.
    func optionalPattern(_ key: String, fields: [String: WireField]) -> WirePattern? {
        guard let text = self.optionalText(key) else { return nil }
        return self.pattern(text, fields: fields, at: key)
    }

    func optionalPatterns(_ key: String, fields: [String: WireField]) -> [WirePattern] {
        (self.optionalTexts(key) ?? []).compactMap { self.pattern($0, fields: fields, at: key) }
    }

    /// A number, or the name of a parameter.
    func optionalBound(_ key: String, _ parameters: [ProfileParameter]) -> ProfileBound? {
        guard let text = self.optionalText(key) else { return nil }
        return self.bound(text, parameters, at: key)
    }

    func bound(_ text: String, _ parameters: [ProfileParameter], at key: String) -> ProfileBound? {
        if let number = Double(text), number.isFinite { return .number(number) }
        guard let parameter = parameters.first(where: { $0.name == text }), case .number = parameter.kind else {
            self.report("\(self.name(key)): “\(text)” is no number and no parameter that is one", key: key)
            return nil
        }
        return .parameter(text)
    }

    /// What values something has: `unit`, `options` or `type: text`, and how the device writes the options.
    func valueKind() -> (kind: ValueKind, options: [WireField.Option], isInteger: Bool)? {
        let unit = self.optionalText("unit")
        let type = self.optionalChoice("type", of: WrittenType.self)
        let options = self.options("options")
        switch (unit, options, type) {
        case (let symbol?, nil, nil), (let symbol?, nil, .quantity?):
            guard let unit = AnyUnit(symbol: symbol) else {
                let known = AnyUnit.all.map(\.symbol).joined(separator: ", ")
                self.report("\(self.name("unit")): unknown unit “\(symbol)”; write one of \(known)", key: "unit")
                return nil
            }
            return (.number(unit), [], false)
        case (nil, let options?, nil), (nil, let options?, .option?):
            return (.options(options.map(\.name)), options, false)
        case (nil, nil, .text?): return (.text, [], false)
        case (nil, nil, .integer?): return (.number(.one), [], true)
        default:
            self.report("\(self.path): needs one of `unit: °C`, `options: [off, on]`, `type: integer`, `type: text`")
            return nil
        }
    }

    /// Words as they are written on the wire too, `[off, on]`, or each with its own writing, `{ off: "0", on: "1" }`.
    private func options(_ key: String) -> [WireField.Option]? {
        guard self.isRecording || self.has(key) else { return nil }
        var written: [(key: String, text: String)] = []
        if self.isRecording || self.isList(key) { written = (self.optionalTexts(key) ?? []).map { ($0, $0) } }
        if self.isRecording || !self.isList(key) { written = self.words(key) }
        var options: [WireField.Option] = []
        for (name, text) in written {
            guard let wire = self.reporting(key, { () throws(WirePatternError) in try WirePattern.bytes(text) })
            else { continue }
            options.append(WireField.Option(name: name, wire: wire))
        }
        for (index, option) in options.enumerated() {
            if options[..<index].contains(where: { $0.wire == option.wire || $0.name == option.name }) {
                self.report("\(self.name(key)): “\(option.name)” is there twice, or is written like another", key: key)
            }
        }
        if options.isEmpty, !self.isRecording { self.report("\(self.name(key)): needs at least one word", key: key) }
        return options
    }

    private func pattern(_ text: String, fields: [String: WireField], at key: String) -> WirePattern? {
        self.reporting(key) { () throws(WirePatternError) in
            try WirePattern(text) { name throws(WirePatternError) in
                guard let field = fields[name] else {
                    let known = fields.keys.sorted().joined(separator: ", ")
                    throw WirePatternError(
                        description: "{\(name)} is nothing that is known here; known: "
                            + (known.isEmpty ? "nothing" : known))
                }
                return field
            }
        }
    }

    func reporting<Value, Failure: CustomStringConvertible>(
        _ key: String, _ body: () throws(Failure) -> Value
    ) -> Value? where Failure: Error {
        do {
            return try body()
        } catch {
            self.report("\(self.name(key)): \(error)", key: key)
            return nil
        }
    }
}

/// What `type` says of a value.
private enum WrittenType: String, CaseIterable { case quantity, integer, option, text }
