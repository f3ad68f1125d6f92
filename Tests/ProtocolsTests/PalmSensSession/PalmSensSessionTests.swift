import DeviceKit
import Protocols
import Testing

@Suite struct PalmSensSessionTests {
    /// A spectrum of two points in the spelling of PSTrace 5.7, written down from its public files.
    static let text = #"""
        {"type":"PalmSens.DataFiles.SessionFile","coreversion":"5.7.2001.19388","measurements":[
        {"title":"Square Wave","utctimestamp":637487339222572841,"method":"METHOD_ID=swv\r\nTECHNIQUE=2\r\n","dataset":{"values":[]}},
        {"title":"S-1","utctimestamp":637487339222572841,"deviceserial":"PS4A19N001043",
        "method":"#PSTrace\r\nMETHOD_ID=eis\r\nAMPLITUDE=1.000E-002\r\n","dataset":{"type":"","values":[
        {"arraytype":5,"unit":{"type":"PalmSens.Units.Hertz"},"datavalues":[{"v":100000.0},{"v":1000.0}]},
        {"arraytype":9,"unit":{"type":"PalmSens.Units.MicroAmpere"},"datavalues":[{"v":1.5,"c":6,"s":0},{"v":2.5,"c":6,"s":1}]},
        {"arraytype":7,"unit":{"type":"PalmSens.Units.ZRe"},"datavalues":[{"v":300.5},{"v":301.25}]},
        {"arraytype":8,"unit":{"type":"PalmSens.Units.ZIm"},"datavalues":[{"v":1.5},{"v":-0.5}]}]},"eisdatalist":[]}]}
        """#

    static func utf16(_ text: String, isLittleEndian: Bool = true, mark: String = "\u{FEFF}") -> [UInt8] {
        "\(mark)\(text)\u{FEFF}".utf16.flatMap { unit in
            let (low, high) = (UInt8(unit & 0xFF), UInt8(unit >> 8))
            return isLittleEndian ? [low, high] : [high, low]
        }
    }

    @Test func `a spectrum is read with the sign of a true imaginary part`() throws {
        let session = try PalmSensSession(parsing: Self.utf16(Self.text))
        #expect(session.coreVersion == "5.7.2001.19388" && session.others == 1)
        let spectrum = try #require(session.spectra.first)
        #expect(session.spectra.count == 1 && spectrum.title == "S-1" && spectrum.deviceSerial == "PS4A19N001043")
        #expect(spectrum.amplitude == Voltage(10, .millivolt))
        // 12 February 2021, 14:45:22 UTC.
        #expect(spectrum.begun == 1_613_137_122_257)
        #expect(spectrum.points.map { $0.frequency.in(.hertz) } == [100_000, 1000])
        #expect(spectrum.points.map { $0.real.in(.ohm) } == [300.5, 301.25])
        #expect(spectrum.points.map { $0.imaginary.in(.ohm) } == [-1.5, 0.5])
        #expect(spectrum.points.map(\.isOverloaded) == [false, true])
    }

    @Test func `byte order, mark and capitals make no difference`() throws {
        let expected = try PalmSensSession(parsing: Self.utf16(Self.text))
        #expect(try PalmSensSession(parsing: Self.utf16(Self.text, isLittleEndian: false)) == expected)
        #expect(try PalmSensSession(parsing: Self.utf16(Self.text, mark: "")) == expected)
        #expect(try PalmSensSession(parsing: Array(Self.text.utf8)) == expected)
        #expect(try PalmSensSession(parsing: [0xEF, 0xBB, 0xBF] + Array(Self.text.utf8)) == expected)
        var capitals = Self.text
        for (small, large) in [
            ("\"measurements\"", "\"Measurements\""), ("\"dataset\"", "\"DataSet\""), ("\"values\"", "\"Values\""),
            ("\"datavalues\"", "\"DataValues\""), ("\"v\"", "\"V\""), ("\"type\"", "\"Type\""),
        ] {
            capitals = capitals.replacing(small, with: large)
        }
        #expect(try PalmSensSession(parsing: Self.utf16(capitals)) == expected)
    }

    @Test func `cut anywhere, a file is incomplete and never a spectrum`() {
        let whole = Self.utf16(Self.text)
        for length in 0..<(whole.count - 4) {
            do throws(PalmSensSessionError) {
                _ = try PalmSensSession(parsing: Array(whole.prefix(length)))
                Issue.record("\(length) of \(whole.count) bytes were taken for all")
            } catch {
                guard case .incomplete = error else {
                    Issue.record("\(length): \(error)")
                    continue
                }
            }
        }
    }

    @Test(arguments: [
        ("{}", "no session file"), ("{\"type\":\"PalmSens.DataFiles.SessionFile\"}", "no measurements"),
        (Self.text.replacing("\"arraytype\":8", with: "\"arraytype\":7"), "2 columns of real"),
        (Self.text.replacing(",{\"v\":301.25}", with: ""), "1 real and 2 imaginary"),
        (Self.text.replacing("300.5", with: "NaN"), "point 1"), (Self.text.replacing("1000.0", with: "-1"), "point 2"),
        (Self.text.replacing("\"measurements\":[", with: "\"measurements\":[,"), "at byte"),
    ])
    func `what will not do is said`(_ text: String, says: String) {
        let error = #expect(throws: PalmSensSessionError.self) { try PalmSensSession(parsing: Self.utf16(text)) }
        guard case .malformed(let reason)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains(says), "\(reason)")
    }
}
