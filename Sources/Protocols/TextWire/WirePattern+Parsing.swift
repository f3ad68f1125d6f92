extension WirePattern {
    /// Reads a pattern as profiles write it.
    ///
    /// - `{name}` is a field, `{name:FORMAT}` one with a format: `.2` decimals, `8.2` exactly eight bytes wide, `+.2` with
    ///   sign, `x4` four hexadecimal digits, `i4` the same signed, `12` twelve bytes wide.
    /// - `{_}` skips what stands before the text that follows, `{_:6}` six bytes.
    /// - A blank is any number of blanks; `\r`, `\n`, `\t`, `\\` and `\xHH` are bytes; `{{` and `}}` are braces.
    ///
    /// - Parameter field: what is known of a field; nil if there is none of this name.
    public init(
        _ text: String, field: (_ name: String) throws(WirePatternError) -> WireField
    ) throws(WirePatternError) {
        var elements: [Element] = []
        var literal: [UInt8] = []
        var rest = Array(text.unicodeScalars)[...]
        func finishLiteral() {
            if !literal.isEmpty { elements.append(.literal(literal)) }
            literal = []
        }
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\":
                literal.append(try Self.escape(&rest, in: text))
            case "{" where rest.first == "{", "}" where rest.first == "}":
                rest.removeFirst()
                literal.append(UInt8(ascii: scalar))
            case "{":
                guard let end = rest.firstIndex(of: "}") else {
                    throw WirePatternError(description: "“\(text)” has a { without }; write {{ for a brace itself")
                }
                finishLiteral()
                elements.append(try Self.element(String(String.UnicodeScalarView(rest[..<end])), field))
                rest = rest[(end + 1)...]
            case "}":
                throw WirePatternError(description: "“\(text)” has a } without {; write }} for a brace itself")
            case " ":
                finishLiteral()
                if elements.last != .blanks { elements.append(.blanks) }
            default:
                guard scalar.isASCII else {
                    throw WirePatternError(
                        description: "“\(scalar)” has no agreed byte; write the device's as \\xHH, ° is often \\xB0")
                }
                literal.append(UInt8(ascii: scalar))
            }
        }
        finishLiteral()
        try Self.check(elements, text)
        self.elements = elements
    }

    /// Bytes as profiles write them, escapes included: `\r\n` for example.
    public static func bytes(_ text: String) throws(WirePatternError) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\" {
                bytes.append(try Self.escape(&rest, in: text))
            } else if scalar.isASCII {
                bytes.append(UInt8(ascii: scalar))
            } else {
                throw WirePatternError(description: "“\(scalar)” has no agreed byte; write the device's as \\xHH")
            }
        }
        return bytes
    }

    private static func escape(
        _ rest: inout ArraySlice<Unicode.Scalar>, in text: String
    ) throws(WirePatternError) -> UInt8 {
        switch rest.popFirst() {
        case "r": return 0x0D
        case "n": return 0x0A
        case "t": return 0x09
        case "\\": return 0x5C
        case "x":
            let digits = String(String.UnicodeScalarView(rest.prefix(2)))
            guard digits.count == 2, let byte = UInt8(digits, radix: 16) else {
                throw WirePatternError(description: "“\(text)”: \\x needs two hexadecimal digits")
            }
            rest = rest.dropFirst(2)
            return byte
        default:
            throw WirePatternError(description: "“\(text)”: after \\ come r, n, t, x or another \\")
        }
    }

    private static func element(
        _ text: String, _ field: (String) throws(WirePatternError) -> WireField
    ) throws(WirePatternError) -> Element {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let format = parts.count == 2 ? parts[1] : nil
        guard parts[0] != "_" else {
            guard let format else { return .skip(nil) }
            guard let width = Int(format), (1...4096).contains(width) else {
                throw WirePatternError(description: "{\(text)}: write how many bytes to skip, {_:6}")
            }
            return .skip(width)
        }
        let known = try field(parts[0])
        guard let format else { return .field(parts[0], known) }
        guard let formatted = known.formatted(format) else {
            throw WirePatternError(
                description: "{\(text)}: “\(format)” is no format of this field; write .2, 8.2, +.2, x4, i4 or a width")
        }
        return .field(parts[0], formatted)
    }

    /// What has no end of its own needs one: text or a blank must follow, or the end of the answer.
    private static func check(_ elements: [Element], _ text: String) throws(WirePatternError) {
        for (element, next) in zip(elements, elements.dropFirst()) {
            let name: String
            switch element {
            case .skip(nil): name = "_"
            case .field(let field, .text(nil)): name = field
            default: continue
            }
            switch next {
            case .literal, .blanks: continue
            case .field, .skip:
                throw WirePatternError(
                    description: "“\(text)”: {\(name)} needs a width, or text after it, to know where it ends")
            }
        }
        var seen: Set<String> = []
        for case .field(let name, _) in elements where !seen.insert(name).inserted {
            throw WirePatternError(description: "“\(text)” has {\(name)} twice")
        }
    }
}

extension WireField {
    /// The field with a format as patterns write it; nil if it is none for this kind of field.
    fileprivate func formatted(_ format: String) -> WireField? {
        switch self {
        case .options, .hexadecimal: return nil
        case .text:
            guard let width = Int(format), (1...4096).contains(width) else { return nil }
            return .text(width: width)
        case .decimal:
            if let kind = format.first, kind == "x" || kind == "i" {
                guard let digits = Int(format.dropFirst()), (1...8).contains(digits) else { return nil }
                return .hexadecimal(digits: digits, isSigned: kind == "i")
            }
            let sign = format.hasPrefix("+")
            let parts = format.dropFirst(sign ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count) else { return nil }
            let width = Int(parts[0])
            let decimals = parts.count == 2 ? Int(parts[1]) : nil
            guard width != nil || parts[0].isEmpty, width.map((1...40).contains) ?? true,
                decimals != nil || parts.count == 1, decimals.map((0...9).contains) ?? true,
                width != nil || decimals != nil || sign
            else { return nil }
            return .decimal(width: width, decimals: decimals, sign: sign)
        }
    }
}
