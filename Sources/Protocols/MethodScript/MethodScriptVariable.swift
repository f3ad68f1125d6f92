/// One variable of a data package: `cc804C4B4m,10,218` is Z' = 312.5 Ω, status OK, range index 0x18.
public struct MethodScriptVariable: Sendable, Hashable {
    public var type: MethodScriptVariableType
    public var value: MethodScriptValue
    /// Nil where the instrument sent none.
    public var status: MethodScriptStatus?
    /// The index of the current or potential range; see `MethodScriptRanges`.
    public var rangeIndex: UInt8?

    public init(
        _ type: MethodScriptVariableType,
        _ value: MethodScriptValue,
        status: MethodScriptStatus? = nil,
        rangeIndex: UInt8? = nil
    ) {
        self.type = type
        self.value = value
        self.status = status
        self.rangeIndex = rangeIndex
    }

    public init(parsing text: ArraySlice<UInt8>, at offset: Int = 0) throws(MethodScriptSyntaxError) {
        // The value may hold a comma-free but blank or letter-laden text: widths first, then the metadata.
        let letters = text.prefix(2)
        guard letters.count == 2, letters.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            throw MethodScriptSyntaxError(expected: "a variable type of two letters", offset: offset)
        }
        self.type = MethodScriptVariableType(rawValue: String(decoding: letters, as: UTF8.self))
        self.value = try MethodScriptValue(parsing: text.dropFirst(2).prefix(MethodScriptValue.width), at: offset + 2)
        self.status = nil
        self.rangeIndex = nil
        var position = 2 + MethodScriptValue.width
        var rest = text.dropFirst(position)
        while let comma = rest.first {
            guard comma == UInt8(ascii: ",") else {
                throw MethodScriptSyntaxError(expected: "a comma before metadata", offset: offset + position)
            }
            let field = rest.dropFirst().prefix { $0 != UInt8(ascii: ",") }
            try self.take(field, at: offset + position + 1)
            position += 1 + field.count
            rest = rest.dropFirst(1 + field.count)
        }
    }

    public var bytes: [UInt8] {
        var bytes = Array(self.type.rawValue.utf8) + self.value.bytes
        if let status { bytes += Array(",1".utf8) + Hexadecimal.text(UInt64(status.rawValue), width: 1) }
        if let rangeIndex { bytes += Array(",2".utf8) + Hexadecimal.text(UInt64(rangeIndex), width: 2) }
        return bytes
    }

    private mutating func take(_ field: ArraySlice<UInt8>, at offset: Int) throws(MethodScriptSyntaxError) {
        switch field.first {
        case UInt8(ascii: "1"):
            guard field.count == 2, let digit = Hexadecimal.number(field.dropFirst()) else {
                throw MethodScriptSyntaxError(expected: "a status of one hexadecimal digit", offset: offset)
            }
            self.status = MethodScriptStatus(rawValue: UInt8(digit))
        case UInt8(ascii: "2"):
            guard field.count == 3, let digits = Hexadecimal.number(field.dropFirst()) else {
                throw MethodScriptSyntaxError(expected: "a range index of two hexadecimal digits", offset: offset)
            }
            self.rangeIndex = UInt8(digits)
        case nil:
            throw MethodScriptSyntaxError(expected: "metadata", offset: offset)
        default:
            break  // Kinds of later firmware say nothing we need.
        }
    }
}
