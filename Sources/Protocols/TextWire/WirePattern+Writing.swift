extension WirePattern {
    /// The bytes with the fields filled in; what is skipped when read is written as blanks.
    ///
    /// - Returns: nil where a value is missing or does not fit its field; `misfit` names the field.
    public func bytes(_ values: [String: WireValue]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for element in self.elements {
            switch element {
            case .literal(let text): bytes += text
            case .blanks: bytes.append(0x20)
            case .skip(let width): bytes += Array(repeating: 0x20, count: width ?? 0)
            case .field(let name, let field):
                guard let value = values[name], let text = Self.bytes(of: value, as: field) else { return nil }
                bytes += text
            }
        }
        return bytes
    }

    /// The field whose value is missing or does not fit.
    public func misfit(_ values: [String: WireValue]) -> String? {
        self.fields.first { name, field in values[name].flatMap { Self.bytes(of: $0, as: field) } == nil }?.name
    }

    /// A number as it is after it was written with the field's decimals and read again.
    public func rounded(_ value: Double, of name: String) -> Double {
        guard let field = self.fields.first(where: { $0.name == name })?.field else { return value }
        switch field {
        case .decimal(_, let decimals?, _): return DecimalText.rounded(value, decimals: decimals)
        case .hexadecimal: return value.rounded()
        default: return value
        }
    }

    static func bytes(of value: WireValue, as field: WireField) -> [UInt8]? {
        switch (field, value) {
        case (.decimal(let width, let decimals, let sign), .number(let number)):
            guard let text = DecimalText.text(number, decimals: decimals) else { return nil }
            let mark = !sign ? "" : text.hasPrefix("-") ? "-" : "+"
            let digits = sign && text.hasPrefix("-") ? String(text.dropFirst()) : text
            let padding = width.map { $0 - mark.utf8.count - digits.utf8.count } ?? 0
            return padding < 0 ? nil : Array(mark.utf8) + Array(repeating: 0x20, count: padding) + Array(digits.utf8)
        case (.hexadecimal(let digits, let isSigned), .number(let number)):
            let range = Int64(1) << Int64(4 * digits)
            let limits = isSigned ? -range / 2..<range / 2 : 0..<range
            guard number.isFinite, abs(number) < 1e12, limits.contains(Int64(number.rounded())) else { return nil }
            let whole = Int64(number.rounded())
            let text = String(whole < 0 ? whole + range : whole, radix: 16, uppercase: true)
            return Array(repeating: 0x30, count: digits - text.utf8.count) + Array(text.utf8)
        case (.options(let options), .word(let word)):
            return options.first { $0.name == word }?.wire
        case (.text(let width), .word(let word)):
            let text = Array(word.utf8)
            guard text.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return nil }
            let padding = width.map { $0 - text.count } ?? 0
            return padding < 0 ? nil : text + Array(repeating: 0x20, count: padding)
        default: return nil
        }
    }
}

/// Numbers in decimal notation without exponent.
private enum DecimalText {
    /// - Parameter decimals: nil writes as many as are needed, at most nine.
    static func text(_ value: Double, decimals: Int?) -> String? {
        let places = decimals ?? 9
        guard value.isFinite, abs(value) < 1e9 else { return nil }
        let scaled = Int64((abs(value) * Self.power(places)).rounded())
        var digits = String(scaled)
        if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
        var text = String(digits.dropLast(places))
        var fraction = digits.suffix(places)
        if decimals == nil { while fraction.last == "0" { fraction.removeLast() } }
        if !fraction.isEmpty { text += ".\(fraction)" }
        return value < 0 && scaled != 0 ? "-" + text : text
    }

    static func rounded(_ value: Double, decimals: Int) -> Double {
        (value * Self.power(decimals)).rounded() / Self.power(decimals)
    }

    private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
