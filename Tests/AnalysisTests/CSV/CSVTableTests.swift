import Analysis
import DeviceKit
import Testing

@Suite struct CSVTableTests {
    @Test func `cells know their line and column behind a byte order mark and CRLF line ends`() throws {
        let table = CSVTable(
            "\u{FEFF}start;edge; end\r\nV6.5;0282-NC-6;M1.6\r\n\r\nA0.0;\"a \"\"b\"\";\r\nc\"; d \r\n",
            file: "t.csv"
        )
        #expect(table.diagnostics.isEmpty)
        #expect(table.separator == ";")
        #expect(table.header.map(\.text) == ["start", "edge", "end"])
        #expect(table.header.map(\.column) == [1, 7, 13])
        #expect(
            table.rows.map { $0.cells.map(\.text) } == [["V6.5", "0282-NC-6", "M1.6"], ["A0.0", "a \"b\";\nc", "d"]]
        )
        let last = try #require(table.rows[1]["end"])
        #expect(last.position == SourcePosition(file: "t.csv", line: 5, column: 5))
        #expect(table.rows[1].position.line == 4)
        #expect(table.rows[0]["nowhere"] == nil)
    }

    @Test func `the separator is taken from the header row only`() {
        #expect(CSVTable("a,b\n1;2,3", file: "t.csv").rows.map { $0.cells.map(\.text) } == [["1;2", "3"]])
        #expect(CSVTable("a;b,c\n1,2;3", file: "t.csv").rows.map { $0.cells.map(\.text) } == [["1,2", "3"]])
        #expect(CSVTable("\"a,b,c\";d\n1;3", file: "t.csv").header.map(\.text) == ["a,b,c", "d"])
    }

    @Test func `everything wrong with the shape is told in one pass with file, line and column`() {
        let table = CSVTable("a;b;;a\n1;2;3\n1;2;3;4;5\n1;2;3;4\n1;\"x\"y;3;4\n1;2;3;\"open\n", file: "labs/t.csv")
        #expect(
            table.diagnostics.map(\.description) == [
                "labs/t.csv:1:5: column 3 has no name",
                "labs/t.csv:1:6: column a appears twice",
                "labs/t.csv:2:1: the row has 3 cells, the header has 4",
                "labs/t.csv:3:9: the row has 5 cells, the header has 4",
                "labs/t.csv:5:3: \"y\" stands after a closing quote; write a quote inside a quoted cell twice",
                "labs/t.csv:6:7: the quote that opens here is never closed",
            ]
        )
        #expect(table.rows.map(\.position.line) == [4, 5, 6])
        let empty = CSVTable("\n \n", file: "e.csv")
        #expect(empty.diagnostics.map(\.description) == ["e.csv:1:1: the file is empty; a header row is expected"])
    }

    @Test(arguments: [
        ("", "t.csv:2:3: mass is blank"),
        ("1,288", "t.csv:2:3: mass \"1,288\" is not a number; write a decimal point"),
        ("N/A", "t.csv:2:3: mass \"N/A\" is not a number"),
        ("0x10", "t.csv:2:3: mass \"0x10\" is not a number"),
        ("nan", "t.csv:2:3: mass \"nan\" is not a finite number"),
        ("1e999", "t.csv:2:3: mass \"1e999\" is not a finite number"),
    ])
    func `a cell that is no finite decimal number is refused in words`(text: String, expected: String) throws {
        let table = CSVTable("a;mass\n1;\(text)\n", file: "t.csv")
        let cell = try #require(table.rows.first?["mass"])
        let diagnostic = #expect(throws: SourceDiagnostic.self) { try cell.number("mass") }
        #expect(diagnostic?.description == expected)
    }

    @Test func `any text is read to its end without a trap`() {
        let seed: UInt64 = 20_240_506
        var random = SeededDraws(seed: seed)
        let alphabet: [String] = [";", ",", "\"", "\n", "\r", "a", " ", "\u{FEFF}", "é", "1"]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...40, using: &random))
                .map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] }.joined()
            let table = CSVTable(text, file: "t.csv")
            #expect(
                table.rows.allSatisfy { $0.cells.count == table.header.count },
                "seed \(seed): \(text.debugDescription)"
            )
        }
    }
}
