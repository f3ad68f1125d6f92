public import DeviceKit

/// The CSV file in which a DMA M delivers a result: a line of headers, a line of units, a record per repeat, and in front
/// of them a summary of level `Master`.
///
/// Shape: a production reader. Order, number and locale of the columns are set on the instrument, so they are read by name.
/// Whether the last line has an end is unverified.
public struct LimsResult: Sendable, Hashable {
    /// The repeats, without the summary.
    public let readings: [DensimetryReading]
    /// Sample names in the file; none where it has no such column.
    public let samples: Set<String>
    /// Whether the last line ends, or at least not within a number or a word.
    public let isTerminated: Bool
    /// Whether the last field is a number: without an end of its line it may have been cut.
    public let endsInNumber: Bool

    /// - Throws: `.incomplete` for a file that is still being written, the other errors for one that will not do.
    public init(parsing bytes: [UInt8]) throws(DensimeterFormatError) {
        var failure: DensimeterFormatError?
        for text in Self.texts(bytes) {
            do throws(DensimeterFormatError) {
                self = try LimsResult(text)
                return
            } catch {
                // Another code page makes a known unit of the same bytes, or the first one's verdict stands.
                if failure == nil { failure = error }
                guard case .unknownUnit = error else { throw error }
            }
        }
        throw failure ?? .malformed("no text")
    }

    private init(_ text: String) throws(DensimeterFormatError) {
        let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
            .filter { !$0.allSatisfy(\.isWhitespace) }
        guard lines.count > 2 else { throw .incomplete("\(lines.count) of at least 3 lines") }
        let separator = Self.separator(of: lines[0])
        let records = lines.map { DensimeterTable.fields(of: $0, separator: separator) }
        let headers = records[0].map(Self.withoutGroup)
        guard headers.contains(where: { $0.lowercased() == "density" }) else { throw .missingColumn("Density") }
        let end = records.last?.last ?? ""
        self.endsInNumber = DensimeterColumns.number(end) != nil
        self.isTerminated = text.last?.isNewline == true || end.lowercased() == "valid"
        if let last = records.last, last.count < headers.count {
            throw .incomplete("the last record has \(last.count) of \(headers.count) fields")
        }
        let table = try DensimeterTable(headers: headers, units: records[1], rows: Array(records.dropFirst(2)))
        let columns = try DensimeterColumns(of: table)
        let level = headers.firstIndex { $0.lowercased() == "measurement level" }
        let rows = table.rows.filter { row in level.map { row[$0].lowercased() != "master" } ?? true }
        guard !rows.isEmpty else { throw .incomplete("the summary is there, but no repeat") }
        var readings: [DensimetryReading] = []
        for row in rows { readings.append(try columns.reading(row)) }
        self.readings = readings
        let name = headers.firstIndex { $0.lowercased() == "sample name" }
        self.samples = Set(table.rows.compactMap { row in name.map { row[$0] } })
    }

    /// The texts that the bytes can be: UTF-8, or else code page 850 or Latin-1, whose units tell which it is.
    private static func texts(_ bytes: [UInt8]) -> [String] {
        let bare = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if let text = String(validating: bare, as: UTF8.self) { return [text] }
        let latin = String(String.UnicodeScalarView(bare.map { Unicode.Scalar($0) }))
        return [CodePage850.text(bare), latin]
    }

    /// Of `;`, tab and `,` the first that the headers contain. With `,` a decimal comma breaks the count of fields.
    private static func separator(of headers: Substring) -> Character {
        [";", "\t"].first { headers.contains($0) } ?? ","
    }

    /// `Results::Density` is the column `Density`.
    private static func withoutGroup(_ header: String) -> String {
        header.lowercased().hasPrefix("results::") ? String(header.dropFirst(9)).trimmed : header
    }
}
