import DeviceKit
import Protocols
import Testing

/// Orders and results of the LIMS folder exchange.
@Suite struct LimsTests {
    static let composed = """
        Sample Name;Results::Measurement Level;Results::Density;Results::Density Condition;Results::Lovis Dyn. Viscosity;Results::Lovis Condition
        ;;g/cm³;;mPa.s;
        S-1;Master;1.19043;valid;2.9137;valid
        S-1;Measurement;1.19041;valid;2.9120;valid
        S-1;Measurement;1.19044;valid;———;FW/BW dev. too high
        S-1;Measurement;1.19043;valid;2.9154;valid

        """

    @Test func `an order is two lines without an end`() throws {
        let order = try #require(LimsOrder(sample: "S-20260101-0001", method: "Lovis-DMA_MultiMeasure_20"))
        #expect(
            order.bytes == Array("#V100\r\n1;S-20260101-0001;;;;Lovis-DMA_MultiMeasure_20".utf8))
        #expect(Array(order.bytes.prefix(11)) == [0x23, 0x56, 0x31, 0x30, 0x30, 0x0D, 0x0A, 0x31, 0x3B, 0x53, 0x2D])
        #expect(order.fileName == "S-20260101-0001.lims")
        #expect(order.resultName == "S-20260101-0001_Lovis-DMA_MultiMeasure_20_Measurement.csv")
        #expect(LimsOrder(parsing: order.bytes) == order)
    }

    @Test func `the order of a check names the check`() throws {
        let order = try #require(LimsOrder(sample: "CHK-0001", method: "Density", purpose: .check(.water)))
        #expect(
            order.bytes == Array("#V200\r\n1;CHK-0001;;;;Density;Type;C (Check);Check Type;Water check".utf8))
        #expect(order.fileName == "Water check.lims")
        #expect(LimsOrder(parsing: order.bytes) == order)
    }

    @Test(arguments: ["", "a;b", "a/b", "a_b", "é", "0123456789012345678901234567890", "a\rb"])
    func `a name that cannot come back is not ordered`(_ name: String) {
        #expect(LimsOrder(sample: name, method: "Density") == nil)
    }

    @Test func `the composed result has three repeats and one that is not valid`() throws {
        let result = try LimsResult(parsing: Array(Self.composed.utf8))
        #expect(result.readings.map(\.density) == [1.19041, 1.19044, 1.19043].map { Density($0, .gramPerMillilitre) })
        #expect(
            result.readings.map(\.validViscosity) == [
                Viscosity(2.9120, .millipascalSecond), nil, Viscosity(2.9154, .millipascalSecond),
            ])
        #expect(result.readings[1].viscosityCondition == "FW/BW dev. too high")
        #expect(result.samples == ["S-1"])
        #expect(result.isTerminated)
    }

    @Test(arguments: [UInt8(0xFC), 0xB3])
    func `code page 850 and Latin-1 are told apart by the units`(_ cube: UInt8) throws {
        var bytes: [UInt8] = []
        for scalar in Self.composed.unicodeScalars {
            switch scalar {
            case "³": bytes.append(cube)
            case "—": bytes.append(0xC4)
            default: bytes += Array(String(scalar).utf8)
            }
        }
        #expect(try LimsResult(parsing: bytes) == LimsResult(parsing: Array(Self.composed.utf8)))
    }

    @Test func `bytes that make no known unit in any code page are refused`() {
        let bytes = Self.composed.unicodeScalars.flatMap { $0 == "³" ? [0x9D] : Array(String($0).utf8) }
        #expect(throws: DensimeterFormatError.self) { try LimsResult(parsing: bytes) }
    }

    @Test func `another order of columns, decimal commas, kg/m³ and a mark at the beginning change nothing`() throws {
        let other = """
            \u{FEFF}"Results::Density Condition";Results::Density;Sample Name;Results::Measurement Level\r
            ;kg/m³;;\r
            valid;1190,41;S-1;Single\r

            """
        let result = try LimsResult(parsing: Array(other.utf8))
        let density = try #require(result.readings.first?.validDensity?.in(.gramPerMillilitre))
        #expect(abs(density - 1.19041) < 1e-9)
    }

    @Test func `with commas between the columns a decimal comma is malformed`() {
        let text = "Density,Density Condition\ng/cm³,\n1,19041,valid\n"
        #expect(throws: DensimeterFormatError.self) { try LimsResult(parsing: Array(text.utf8)) }
        let point = "Density,Density Condition\ng/cm³,\n1.19041,valid\n"
        #expect((try? LimsResult(parsing: Array(point.utf8)))?.readings.count == 1)
    }

    @Test(arguments: ["1.190,41", "1,190,41", "0x1F", "1.19041 g/cm3", "inf1"])
    func `a number that could be two numbers is refused`(_ text: String) {
        let file = "Density;Density Condition\ng/cm³;\n\(text);valid\n"
        #expect(throws: DensimeterFormatError.self) { try LimsResult(parsing: Array(file.utf8)) }
    }

    @Test func `a file cut anywhere is incomplete, unterminated or refused, never another result`() throws {
        let bytes = Array(Self.composed.utf8)
        let whole = try LimsResult(parsing: bytes)
        for length in 0..<bytes.count {
            guard let part = try? LimsResult(parsing: Array(bytes[..<length])) else { continue }
            // Cut after a line: fewer repeats, which stable time tells; cut within one: not terminated.
            let isPrefix = part.readings.elementsEqual(whole.readings.prefix(part.readings.count))
            #expect(isPrefix || !part.isTerminated, "cut after \(length)")
        }
    }

    @Test(arguments: ["", "\0\0\0\0", "PK\u{3}\u{4}zip", "Name;Value\na;b\nc;d\n", "%PDF-1.4\n1 0 obj\n<<\n>>\n"])
    func `a foreign file is refused`(_ text: String) {
        #expect(throws: DensimeterFormatError.self) { try LimsResult(parsing: Array(text.utf8)) }
    }

    @Test func `random bytes never trap`() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let bytes = Array(Self.composed.utf8)
        for _ in 0..<2000 {
            var spoiled = bytes
            for _ in 0..<3 {
                spoiled[Int(random.next() % UInt64(spoiled.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            _ = try? LimsResult(parsing: spoiled)
            _ = LimsOrder(parsing: spoiled)
        }
    }
}
