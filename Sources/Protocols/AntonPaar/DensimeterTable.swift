/// The columns of a densimeter's result with the rows below them, as they stand on the wire or in a file. What the columns
/// mean is `DensimeterColumns`' to say: which there are and in what order is set on the instrument.
public struct DensimeterTable: Sendable, Hashable {
    public var headers: [String]
    public var units: [String]
    /// Each with as many fields as there are headers.
    public var rows: [[String]]

    /// - Throws: `.malformed` where the counts of headers, units and fields do not agree.
    public init(headers: [String], units: [String], rows: [[String]]) throws(DensimeterFormatError) {
        guard !headers.isEmpty, units.count == headers.count else {
            throw .malformed("\(headers.count) columns, but \(units.count) units")
        }
        for (index, row) in rows.enumerated() where row.count != headers.count {
            throw .malformed("\(headers.count) columns, but \(row.count) fields in record \(index + 1)")
        }
        self.headers = headers
        self.units = units
        self.rows = rows
    }

    /// The fields of a line. Fields in double quotes may hold the separator.
    static func fields(of line: Substring, separator: Character) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                fields.append(field.trimmed)
                field = ""
            } else {
                field.append(character)
            }
        }
        return fields + [field.trimmed]
    }
}

/// Why a densimeter's answer or file is not used.
public enum DensimeterFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    /// It ends before it is complete; more may come.
    case incomplete(String)
    case malformed(String)
    case missingColumn(String)
    /// A unit that is not known for its column: another setting, or another code page than expected.
    case unknownUnit(String, column: String)
    case notANumber(String, column: String)

    public var description: String {
        switch self {
        case .incomplete(let reason): "it is not complete: \(reason)"
        case .malformed(let reason): "it is malformed: \(reason)"
        case .missingColumn(let column): "it has no column “\(column)”; add it to the method's output on the instrument"
        case .unknownUnit(let unit, let column): "“\(unit)” is no unit of “\(column)” that is known here"
        case .notANumber(let text, let column): "“\(text)” in “\(column)” is no number"
        }
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
