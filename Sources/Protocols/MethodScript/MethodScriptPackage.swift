/// A data package: `P`, then variables joined by `;`.
public struct MethodScriptPackage: Sendable, Hashable {
    public var variables: [MethodScriptVariable]

    public init(_ variables: [MethodScriptVariable]) {
        self.variables = variables
    }

    /// Reads a line without its ending.
    public init(parsing line: [UInt8]) throws(MethodScriptSyntaxError) {
        guard line.first == UInt8(ascii: "P") else { throw MethodScriptSyntaxError(expected: "P", offset: 0) }
        self.variables = []
        var start = 1
        while start < line.count {
            let end = line[start...].firstIndex(of: UInt8(ascii: ";")) ?? line.endIndex
            self.variables.append(try MethodScriptVariable(parsing: line[start..<end], at: start))
            start = end + 1
        }
        guard line.last != UInt8(ascii: ";") else {
            throw MethodScriptSyntaxError(expected: "a variable", offset: line.count)
        }
    }

    /// The line without its ending.
    public var bytes: [UInt8] {
        [UInt8(ascii: "P")] + self.variables.map(\.bytes).joined(separator: [UInt8(ascii: ";")])
    }

    /// The first variable of a type.
    public subscript(type: MethodScriptVariableType) -> MethodScriptVariable? {
        self.variables.first { $0.type == type }
    }
}
