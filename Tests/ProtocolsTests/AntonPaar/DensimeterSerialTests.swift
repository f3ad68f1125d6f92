import DeviceKit
import Glibc
import Protocols
import Testing

/// The printed exchanges with DMA M densimeters, byte for byte.
@Suite struct DensimeterSerialTests {
    @Test(arguments: [
        (DensimeterCommand.identity, "67 65 74 69 64 0D"),
        (.setTemperature(Temperature(celsius: 20)), "73 65 74 74 65 6D 70 65 72 61 74 75 72 65 20 32 30 2E 30 30 0D"),
        (.start(method: 3), "73 74 61 72 74 20 33 0D"), (.start(method: nil), "73 74 61 72 74 0D"),
        (.finished, "66 69 6E 69 73 68 65 64 0D"), (.abort, "61 62 6F 72 74 0D"),
    ])
    func `a command is what the manual prints`(_ command: DensimeterCommand, _ hex: String) {
        #expect(command.bytes == hex.split(separator: " ").compactMap { UInt8($0, radix: 16) })
        #expect(DensimeterCommand(parsing: command.text) == command)
    }

    @Test func `blanks within a command and capitals do not matter to the instrument`() {
        #expect(DensimeterCommand(parsing: "Get Data Head") == .head)
        #expect(
            DensimeterCommand(parsing: "set temperature 20") == .setTemperature(Temperature(celsius: 20)))
        #expect(DensimeterCommand(parsing: "start x") == nil)
        #expect(DensimeterCommand(parsing: "start 3 4") == .start(method: 3))
    }

    @Test func `the identity has three lines`() {
        let lines = ["serial number: 81234567", "DMA 4100M V2.10.7000.1", "protocol version: 2.00"]
        let identity = DensimeterReply.identity(lines)
        #expect(
            identity
                == DeviceIdentity(
                    vendor: "Anton Paar", model: "DMA 4100M", serialNumber: "81234567", firmware: "2.10.7000.1"))
        #expect(DensimeterReply.identity(Array(lines.dropLast())) == nil)
        #expect(DensimeterReply.identity(["serial number: 1", "EmStat4 V1", "protocol version: 2.00"]) == nil)
    }

    @Test(arguments: [
        ("measurement not started", DensimeterReply.State.idle), ("Measurement not finished", .running),
        ("measurement finished", .finished),
    ])
    func `a state is read whole, since one of them ends like another`(_ line: String, _ state: DensimeterReply.State) {
        #expect(DensimeterReply.state(line) == state)
        #expect(DensimeterReply.state(line + "!") == nil)
    }

    @Test func `what start says is understood or refused`() {
        #expect(DensimeterReply.start("Measurement started") == .started)
        for refusal in ["measurement already started", "sample storage full", "heating", "invalid method"] {
            #expect(DensimeterReply.start(refusal) == .refused(refusal))
        }
        #expect(DensimeterReply.start("measurement") == nil)
        #expect(DensimeterReply.isAborted("already aborting") == false)
        #expect(DensimeterReply.isAborted("measurement aborted") == true)
        #expect(DensimeterReply.refusalOfTemperature("accepted") == nil)
        #expect(DensimeterReply.refusalOfTemperature("wrong parameter value") == "wrong parameter value")
    }

    @Test func `a result on the line is read by the names of its columns`() throws {
        let units = CodePage850.text([UInt8]("data unit: g/cm".utf8) + [0xFC, 0x3B, 0xF8] + [UInt8]("C;-".utf8))
        let reading = try Self.reading(
            head: "data head: Density;Density Temperature;Density Condition", units: units,
            data: "data: 0.99820;20.00;valid")
        #expect(reading.validDensity == Density(0.99820, .gramPerCubicCentimetre))
        #expect(reading.temperature == Temperature(celsius: 20))
    }

    @Test func `the bytes of the composed exchange are those of code page 850`() {
        #expect(CodePage850.bytes("g/cm³") == [0x67, 0x2F, 0x63, 0x6D, 0xFC])
        #expect(CodePage850.bytes("°C") == [0xF8, 0x43])
        #expect(
            CodePage850.bytes("data: 1.19043;20.00;valid;2").prefix(22)
                == [
                    0x64, 0x61, 0x74, 0x61, 0x3A, 0x20, 0x31, 0x2E, 0x31, 0x39, 0x30, 0x34, 0x33, 0x3B, 0x32, 0x30,
                    0x2E,
                    0x30, 0x30, 0x3B, 0x76, 0x61,
                ])
    }

    @Test func `density and viscosity of the composed exchange come with their conditions`() throws {
        let reading = try Self.reading(
            head:
                "data head: Density;Density Temperature;Density Condition;Lovis Dyn. Viscosity;Lovis Temperature;Lovis Condition",
            units: "data unit: g/cm³;°C;-;mPa.s;°C;-", data: "data: 1.19043;20.00;valid;2.9137;20.00;valid")
        #expect(reading.validDensity == Density(1.19043, .gramPerCubicCentimetre))
        #expect(reading.validViscosity == Viscosity(2.9137, .millipascalSecond))
    }

    @Test func `a result without prefix is read as well`() throws {
        let reading = try Self.reading(
            head: "Density;Specific Gravity;Density Temperature;Density Condition", units: "g/cm³;-;°C;-",
            data: "0.000892;0.000894;20.001;valid")
        #expect(reading.validDensity == Density(0.000892, .gramPerCubicCentimetre))
        #expect(reading.temperature == Temperature(celsius: 20.001))
    }

    @Test func `a cancelled measurement has no numbers and is not valid`() throws {
        let reading = try Self.reading(
            head: "Density;Density Temperature;Density Condition", units: "g/cm³;°C;-", data: "data: ---;---;canceled")
        #expect(reading.density == nil && reading.temperature == nil && reading.validDensity == nil)
        #expect(reading.densityCondition == "canceled")
    }

    @Test(arguments: ["no new data available", "no new data", "no data available", "No Data Available"])
    func `no data are no fields`(_ line: String) {
        #expect(DensimeterReply.fields(line) == nil)
    }

    @Test func `counts that do not agree are malformed`() {
        #expect(throws: DensimeterFormatError.self) {
            try Self.reading(head: "Density;Density Condition", units: "g/cm³;-", data: "0.99820;20.00;valid")
        }
        #expect(throws: DensimeterFormatError.self) {
            try Self.reading(head: "Density;Density Condition", units: "g/cm³", data: "0.99820;valid")
        }
    }

    @Test(arguments: ["1.102689;19.999;20.000:8", "1.102689;19.999;20.000;8"])
    func `raw data name the sample after a colon or a semicolon`(_ line: String) {
        let raw = DensimeterRawData(parsing: line)
        #expect(raw?.sample == 8)
        #expect(raw?.setTemperature == Temperature(celsius: 20))
    }

    @Test func `before the first sample raw data have no number`() {
        let raw = DensimeterRawData(parsing: "0.000000;0.00;20.00;NaN")
        #expect(raw != nil && raw?.sample == nil)
        #expect(DensimeterRawData(parsing: "1.1;20;20") == nil)
    }

    @Test func `the active method has a name and a number`() {
        let method = DensimeterReply.method("method name: Density, 0")
        #expect(method?.name == "Density" && method?.number == 0)
    }

    @Test func `code page 850 is what the C library says it is`() throws {
        let converter = try #require(iconv_open("UTF-8", "CP850"))
        defer { iconv_close(converter) }
        for byte in UInt8(0x80)...0xFF {
            var input = [CChar(bitPattern: byte)]
            var output = [CChar](repeating: 0, count: 8)
            var inCount = 1
            var outCount = output.count
            input.withUnsafeMutableBufferPointer { source in
                output.withUnsafeMutableBufferPointer { target in
                    var from = source.baseAddress
                    var to = target.baseAddress
                    _ = iconv(converter, &from, &inCount, &to, &outCount)
                }
            }
            let text = String(decoding: output.prefix(8 - outCount).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            #expect(CodePage850.text([byte]) == text, "byte \(byte)")
            #expect(CodePage850.bytes(text) == [byte])
        }
        #expect(CodePage850.bytes("Ω") == [UInt8(ascii: "?")])
    }

    private static func reading(head: String, units: String, data: String) throws -> DensimetryReading {
        let row = try #require(DensimeterReply.fields(data))
        let table = try DensimeterTable(
            headers: try #require(DensimeterReply.fields(head)), units: try #require(DensimeterReply.fields(units)),
            rows: [row])
        return try DensimeterColumns(of: table).reading(row)
    }
}
