/// A script that has been checked as far as that is possible without the instrument, ready to be sent.
public struct MethodScript: Sendable, Hashable {
    /// Without the leading `e` and the closing empty line.
    public let lines: [String]

    /// What is wrong with a script, and in which of its lines, the first being 1.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let line: Int
        public let description: String

        public init(line: Int, _ description: String) {
            self.line = line
            self.description = "line \(line): \(description)"
        }
    }

    /// Longest line that every instrument takes, without its ending.
    public static let longestLine = 127

    /// Checks each line (printable ASCII, not blank, not too long) and the nesting of loops and branches.
    public init(_ lines: [String]) throws(Problem) {
        guard !lines.isEmpty else { throw Problem(line: 1, "the script is empty") }
        var blocks: [Block] = []
        for (index, line) in lines.enumerated() {
            try Self.checkText(line, number: index + 1)
            try Self.checkNesting(line, number: index + 1, &blocks)
        }
        if let open = blocks.last { throw Problem(line: open.line, "\(open.kind) is not closed") }
        self.lines = lines
    }

    /// Everything that goes on the wire to load and run the script: `e`, the lines, and an empty line.
    public var bytes: [UInt8] {
        Array("e\n".utf8) + self.lines.flatMap { Array($0.utf8) + [0x0A] } + [0x0A]
    }

    /// A line by the number an error names, for messages.
    public func line(_ number: Int) -> String? {
        self.lines.indices.contains(number - 1) ? self.lines[number - 1] : nil
    }

    /// The script that does nothing but switch the cell off.
    public static let cellOff = Self(unchecked: ["cell_off"])

    init(unchecked lines: [String]) {
        self.lines = lines
    }

    private struct Block {
        var kind: String
        var line: Int
        var isMeasurement: Bool { self.kind.hasPrefix("meas_loop_") }
    }

    private static func checkText(_ line: String, number: Int) throws(Problem) {
        guard line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x09 }) else {
            throw Problem(line: number, "only printable ASCII characters may be sent")
        }
        guard line.utf8.contains(where: { $0 > 0x20 }) else {
            throw Problem(line: number, "a blank line would end the script")
        }
        guard line.utf8.count <= Self.longestLine else {
            throw Problem(
                line: number,
                "\(line.utf8.count) characters, of which an instrument takes \(Self.longestLine)"
            )
        }
    }

    private static func checkNesting(_ line: String, number: Int, _ blocks: inout [Block]) throws(Problem) {
        let word = String(decoding: line.utf8.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 != 0x23 }, as: UTF8.self)
        switch word {
        case "loop", "if":
            blocks.append(Block(kind: word, line: number))
        case _ where word.hasPrefix("meas_loop_"):
            if let outer = blocks.first(where: \.isMeasurement) {
                throw Problem(line: number, "\(word) stands inside \(outer.kind) of line \(outer.line)")
            }
            blocks.append(Block(kind: word, line: number))
        case "endloop":
            guard let open = blocks.popLast(), open.kind != "if" else {
                throw Problem(line: number, "endloop closes no loop")
            }
        case "endif":
            guard blocks.popLast()?.kind == "if" else { throw Problem(line: number, "endif closes no if") }
        case "else", "elseif":
            guard blocks.last?.kind == "if" else { throw Problem(line: number, "\(word) belongs to no if") }
        case "on_finished:":
            if let open = blocks.last {
                throw Problem(line: number, "on_finished: stands inside \(open.kind) of line \(open.line)")
            }
        default:
            break
        }
    }
}
