extension WirePattern {
    public enum Match: Sendable, Hashable {
        /// The values of the fields, and how many bytes they and the rest took.
        case matched([String: WireValue], length: Int)
        /// It fits so far; more must come.
        case incomplete
        /// It does not fit from this byte on.
        case mismatch(offset: Int)
    }

    /// Holds bytes against the pattern.
    ///
    /// - Parameter isWhole: whether this is all there is: then everything must be used up, and nothing is incomplete.
    public func match(_ bytes: some Collection<UInt8>, isWhole: Bool = true) -> Match {
        var reader = Reader(bytes: Array(bytes), isWhole: isWhole)
        for (index, element) in self.elements.enumerated() {
            let next = index + 1 < self.elements.count ? self.elements[index + 1] : nil
            switch reader.read(element, before: next) {
            case .fits: continue
            case .ends where !isWhole: return .incomplete
            case .ends, .differs: return .mismatch(offset: reader.offset)
            }
        }
        if isWhole, reader.offset < reader.bytes.count { return .mismatch(offset: reader.offset) }
        return .matched(reader.values, length: reader.offset)
    }
}

/// Reads elements one after the other.
private struct Reader {
    enum Progress { case fits, ends, differs }

    let bytes: [UInt8]
    let isWhole: Bool
    var offset = 0
    var values: [String: WireValue] = [:]

    private var rest: ArraySlice<UInt8> { self.bytes[self.offset...] }

    mutating func read(_ element: WirePattern.Element, before next: WirePattern.Element?) -> Progress {
        switch element {
        case .literal(let text):
            let common = zip(text, self.rest).prefix { $0 == $1 }.count
            self.offset += common
            return common == text.count ? .fits : self.offset == self.bytes.count ? .ends : .differs
        case .blanks:
            self.skipBlanks()
            return .fits
        case .skip(let width):
            return self.take(width, before: next) == nil ? .ends : .fits
        case .field(let name, let field):
            return self.read(name, field, before: next)
        }
    }

    private mutating func read(_ name: String, _ field: WireField, before next: WirePattern.Element?) -> Progress {
        switch field {
        case .decimal(let width?, _, _):
            guard self.rest.count >= width else { return .ends }
            var number = Reader(bytes: Array(self.rest.prefix(width)), isWhole: true)
            guard number.readDecimal(name) == .fits else { return .differs }
            number.skipBlanks()
            guard number.rest.isEmpty else { return .differs }
            self.values[name] = number.values[name]
            self.offset += width
            return .fits
        case .decimal(nil, _, _):
            return self.readDecimal(name)
        case .hexadecimal(let digits, let isSigned):
            guard self.rest.count >= digits else { return .ends }
            let text = self.rest.prefix(digits)
            guard text.allSatisfy(\.isHexadecimalDigit),
                let number = UInt32(String(decoding: text, as: UTF8.self), radix: 16)
            else { return .differs }
            let half = UInt64(1) << UInt64(4 * digits - 1)
            let value = isSigned && UInt64(number) >= half ? Double(number) - Double(half) * 2 : Double(number)
            self.values[name] = .number(value)
            self.offset += digits
            return .fits
        case .options(let options):
            return self.read(name, options)
        case .text(let width):
            guard let text = self.take(width, before: next) else { return .ends }
            let trimmed = text.trimmingBlanks
            guard !trimmed.isEmpty, trimmed.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return .differs }
            self.values[name] = .word(String(decoding: trimmed, as: UTF8.self))
            return .fits
        }
    }

    /// The longest option that fits.
    private mutating func read(_ name: String, _ options: [WireField.Option]) -> Progress {
        let fitting = options.filter { self.rest.starts(with: $0.wire) }.max { $0.wire.count < $1.wire.count }
        let mayGrow = options.contains { option in
            option.wire.count > self.rest.count && option.wire.starts(with: self.rest)
        }
        if mayGrow, !self.isWhole { return .ends }
        guard let fitting else { return mayGrow ? .ends : .differs }
        self.values[name] = .word(fitting.name)
        self.offset += fitting.wire.count
        return .fits
    }

    /// Blanks, a sign, blanks, digits with a point, an exponent.
    private mutating func readDecimal(_ name: String) -> Progress {
        self.skipBlanks()
        var text: [UInt8] = []
        if let sign = self.rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            text.append(sign)
            self.offset += 1
            self.skipBlanks()
        }
        let digits = self.rest.prefix { $0.isDecimalDigit || $0 == UInt8(ascii: ".") }
        self.offset += digits.count
        text += digits
        if let exponent = self.exponent() {
            self.offset += exponent.count
            text += exponent
        }
        if self.rest.isEmpty, !self.isWhole { return .ends }
        // At most 40 digits, so that no flood of them becomes a number.
        guard digits.count <= 40, digits.contains(where: \.isDecimalDigit),
            let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
        else { return digits.isEmpty && self.rest.isEmpty ? .ends : .differs }
        self.values[name] = .number(value)
        return .fits
    }

    private func exponent() -> ArraySlice<UInt8>? {
        guard let mark = self.rest.first, mark | 0x20 == UInt8(ascii: "e") else { return nil }
        let afterMark = self.rest.dropFirst()
        let sign = afterMark.first == UInt8(ascii: "+") || afterMark.first == UInt8(ascii: "-") ? 1 : 0
        let digits = afterMark.dropFirst(sign).prefix { $0.isDecimalDigit }
        return digits.isEmpty ? nil : self.rest.prefix(1 + sign + digits.count)
    }

    /// So many bytes, or all that stand before what comes next; nil if that has not come yet.
    private mutating func take(_ width: Int?, before next: WirePattern.Element?) -> ArraySlice<UInt8>? {
        let taken: ArraySlice<UInt8>
        if let width {
            guard self.rest.count >= width else { return nil }
            taken = self.rest.prefix(width)
        } else {
            switch next {
            case .literal(let text):
                guard let end = self.rest.firstIndex(of: text) else { return nil }
                taken = self.rest[..<end]
            case .blanks:
                let leading = self.rest.prefix(while: \.isBlank).count
                guard let end = self.rest.dropFirst(leading).firstIndex(where: \.isBlank) ?? self.end else {
                    return nil
                }
                taken = self.rest[..<end]
            default:
                guard let end = self.end else { return nil }
                taken = self.rest[..<end]
            }
        }
        self.offset = taken.endIndex
        return taken
    }

    private var end: Int? { self.isWhole ? self.bytes.count : nil }

    private mutating func skipBlanks() { self.offset += self.rest.prefix(while: \.isBlank).count }
}

extension UInt8 {
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    fileprivate var isDecimalDigit: Bool { (0x30...0x39).contains(self) }
    fileprivate var isHexadecimalDigit: Bool { self.isDecimalDigit || (0x61...0x66).contains(self | 0x20) }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        let start = self.drop(while: \.isBlank)
        return start.dropLast(start.reversed().prefix(while: \.isBlank).count)
    }

    /// Where `text` begins.
    fileprivate func firstIndex(of text: [UInt8]) -> Int? {
        guard let first = text.first, self.count >= text.count else { return nil }
        return (self.startIndex...(self.endIndex - text.count)).first { index in
            self[index] == first && self[index...].starts(with: text)
        }
    }
}
