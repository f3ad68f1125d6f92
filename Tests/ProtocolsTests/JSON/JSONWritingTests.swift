import Protocols
import Testing

@Suite struct JSONWritingTests {
    /// Each pair as Python 3 prints it: `print(repr(value))`.
    @Test(arguments: [
        (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (1e-4, "0.0001"), (0.00012, "0.00012"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0, "0.0"), (-0.0, "-0.0"), (-2.5, "-2.5"), (1e15, "1000000000000000.0"),
        (9_007_199_254_740_990, "9007199254740990.0"), (9_007_199_254_740_992, "9007199254740992.0"),
        (9_061_928_288_894_700, "9061928288894700.0"), (-9_401_023_013_584_766, "-9401023013584766.0"),
        (9_999_999_999_999_998, "9999999999999998.0"), (1e16, "1e+16"),
        (123_456_789_012_345_680, "1.2345678901234568e+17"),
        (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    ])
    func `a number has the text that Python gives it`(value: Double, text: String) {
        #expect(JSONValue.number(value).text() == text)
    }

    @Test func `what is no number of JSON is written as null`() {
        #expect(JSONValue.array([.number(.nan), .number(.infinity), .number(-.infinity)]).text() == "[null,null,null]")
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("line\nand\ttab\r", #""line\nand\ttab\r""#),
        ("\u{0}\u{8}\u{C}\u{1F}", #""\u0000\b\f\u001f""#), ("µΩ 😀", #""µΩ 😀""#), ("\u{7F}", "\"\u{7F}\""),
    ])
    func `a string is escaped where it must be and reads back equal`(string: String, text: String) throws {
        #expect(JSONValue.string(string).text() == text)
        #expect(try JSONValue(parsing: text) == .string(string))
    }

    @Test func `Python's style is ASCII alone`() {
        #expect(JSONValue.string("µ\u{7F}😀").text(.python) == #""\u00b5\u007f\ud83d\ude00""#)
        #expect(JSONValue.string("plain ~").text(.python) == #""plain ~""#)
    }
}
