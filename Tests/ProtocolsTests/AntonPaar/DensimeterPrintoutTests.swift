import DeviceKit
import Protocols
import Testing

/// What densimeters print, and what becomes of it on the way.
@Suite struct DensimeterPrintoutTests {
    private static let rule = String(repeating: "-", count: 24)
    /// As it was observed at an older instrument.
    private static let observed = [
        rule, "We 06.Aug.2003 13:26:43", "method:Density", "sample:0001", "act.cell temp.:20.000 C",
        "density :1.299325g/cm3", "SG :1.30166", "condition:valid", rule,
    ]

    private static func bytes(_ lines: [String], end: [UInt8] = [0x0D]) -> [UInt8] {
        lines.flatMap { CodePage850.bytes($0) + end }
    }

    @Test(arguments: [[0x0D], [0x0A], [0x0D, 0x0A]] as [[UInt8]])
    func `the observed record is read, whatever its lines end with`(_ end: [UInt8]) throws {
        let parts = DensimeterPrintout(Self.bytes(Self.observed, end: end)).parts
        #expect(parts.map(\.lines) == [Array(Self.observed[1...7])])
        let record = try #require(try parts.first?.record.get())
        #expect(record.sample == "0001" && record.method == "Density")
        #expect(record.reading.validDensity == Density(1.299325, .gramPerCubicCentimetre))
        #expect(record.reading.temperature == Temperature(celsius: 20))
        #expect(record.reading.viscosityCondition == nil)
    }

    @Test func `two records are two, with one line between them or two`() throws {
        let other = Self.observed.map { $0 == "sample:0001" ? "sample:0002" : $0 }
        for lines in [Self.observed + other, Self.observed + other.dropFirst()] {
            let parts = DensimeterPrintout(Self.bytes(lines)).parts
            #expect(try parts.map { try $0.record.get().sample } == ["0001", "0002"])
        }
    }

    @Test func `cut anywhere, the record is whole or none, and never another one`() throws {
        let bytes = Self.bytes(Self.observed)
        let whole = try #require(try DensimeterPrintout(bytes).parts.first?.record.get())
        for length in 0..<bytes.count {
            for part in [Array(bytes[..<length]), Array(bytes[length...])] {
                for found in DensimeterPrintout(part).parts {
                    guard let record = try? found.record.get() else { continue }
                    #expect(record == whole, "cut at \(length)")
                }
            }
        }
    }

    @Test func `a record that breaks off before the next one lends it nothing`() throws {
        let bytes = Self.bytes(Self.observed)
        let next = Self.bytes(["sample:0002", "density :0.998203g/cm3", "condition:valid", Self.rule])
        let whole = try #require(try DensimeterPrintout(bytes).parts.first?.record.get())
        for length in 0..<bytes.count {
            for found in DensimeterPrintout(Array(bytes[..<length]) + Self.bytes([Self.rule]) + next).parts {
                guard let record = try? found.record.get() else { continue }
                let isNext =
                    record.sample == "0002" && record.reading.density == Density(0.998203, .gramPerCubicCentimetre)
                #expect(record == whole || isNext, "cut at \(length)")
            }
        }
    }

    @Test func `two records that lost the lines between them are one that is refused`() throws {
        let lines = Self.observed.dropLast() + Self.observed[1...]
        let part = try #require(DensimeterPrintout(Self.bytes(Array(lines))).parts.first)
        let error = #expect(throws: DensimeterFormatError.self) { try part.record.get() }
        #expect(error?.description.contains("comes twice: two records in one") == true)
    }

    @Test(arguments: ["density :0.04lb/in3", "density :1.1", "density :1.1.1g/cm3"])
    func `another unit or number is refused, and the next record is read`(_ line: String) throws {
        let spoiled = Self.observed.map { $0.hasPrefix("density") ? line : $0 }
        let parts = DensimeterPrintout(Self.bytes(spoiled + Self.observed)).parts
        #expect(parts.count == 2 && (try? parts[0].record.get()) == nil && (try? parts[1].record.get()) != nil)
    }

    @Test(arguments: ["sample:0001", "condition:valid", "density :1.299325g/cm3"])
    func `without sample, condition or density there is no record`(_ line: String) throws {
        let part = try #require(DensimeterPrintout(Self.bytes(Self.observed.filter { $0 != line })).parts.first)
        #expect(throws: DensimeterFormatError.self) { try part.record.get() }
    }

    @Test func `where records have no sample, none is asked of them`() throws {
        let bytes = Self.bytes(Self.observed.filter { $0 != "sample:0001" })
        let part = try #require(DensimeterPrintout(bytes, format: .init(sampleLine: "")).parts.first)
        #expect(try part.record.get().sample == nil)
    }

    @Test func `a placeholder is no number`() throws {
        let lines = Self.observed.map {
            $0.hasPrefix("density") ? "density :---g/cm3" : $0 == "condition:valid" ? "condition:canceled" : $0
        }
        let reading = try #require(try DensimeterPrintout(Self.bytes(lines)).parts.first?.record.get().reading)
        #expect(reading.density == nil && reading.densityCondition == "canceled")
    }

    @Test func `a line of 7 bits that is read as 8 is named as such`() throws {
        let bytes = Self.bytes(Self.observed).map { $0.nonzeroBitCount.isMultiple(of: 2) ? $0 : $0 | 0x80 }
        let part = try #require(DensimeterPrintout(bytes).parts.first)
        let error = #expect(throws: DensimeterFormatError.self) { try part.record.get() }
        #expect(error?.description.contains("7 data bits, even parity") == true)
    }

    @Test func `noise within a record is no record, and seen`() throws {
        let bytes = Self.bytes(Self.observed)
        for place in 0..<bytes.count where bytes[place] != 0x0D {
            var spoiled = bytes
            spoiled[place] = 0x07
            let parts = DensimeterPrintout(spoiled).parts
            let inRule = place < 25 || place >= bytes.count - 25
            if inRule {
                // The dashes that are left may still be a line.
                #expect(parts.allSatisfy { (try? $0.record.get())?.sample ?? "0001" == "0001" })
            } else {
                #expect(parts.count == 1 && (try? parts[0].record.get()) == nil, "at \(place)")
            }
        }
    }

    @Test func `other lines around a record, or none behind it, are a matter of the format`() throws {
        let format = DensimeterPrintout.Format(start: "Measurement", end: "", sampleLine: "Sample name")
        let lines = [
            "Measurement 7", "Sample name:S-1", "Density:1.19043 g/cm³", "Density Condition:valid",
            "Density Temperature:20.00 °C", "Lovis Dyn. Viscosity:2.9137 mPa.s", "Lovis Condition:valid",
            "Measurement 8", "Sample name:S-2", "Density:1.2 g/cm³", "Density Condition:valid",
        ]
        let records = try DensimeterPrintout(Self.bytes(lines), format: format).parts.map { try $0.record.get() }
        #expect(records.map(\.sample) == ["S-1", "S-2"])
        #expect(records[0].reading.validViscosity == Viscosity(2.9137, .millipascalSecond))
        #expect(records[0].reading.temperature == Temperature(celsius: 20))
        let open = DensimeterPrintout.Format(start: "", end: "=====", sampleLine: "")
        let part = try #require(
            DensimeterPrintout(Self.bytes(Array(lines[2...3]) + ["====="]), format: open).parts.first)
        #expect(try part.record.get().reading.validDensity == Density(1.19043, .gramPerCubicCentimetre))
    }

    @Test func `nothing that comes makes it trap, and all of it is in a part or between records`() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let bytes = Self.bytes(Self.observed + Self.observed)
        for _ in 0..<2000 {
            var spoiled = bytes
            for _ in 0..<4 {
                spoiled[Int(random.next() % UInt64(spoiled.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            #expect(DensimeterPrintout(spoiled).parts.allSatisfy { !$0.lines.isEmpty })
        }
    }
}
