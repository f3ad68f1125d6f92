import DeviceKit
import Protocols
import Testing

@Suite struct MethodScriptPackageTests {
    /// Text, type, value, status bits, range index (-1 = none).
    static let rows: [(String, String, Double, Int, Int)] = [
        ("dc8030D40 ", "dc", 200_000, -1, -1), ("dcDF5E100m", "dc", 100_000, -1, -1),
        ("dcDF5DFF4u", "dc", 99.999732, -1, -1), ("cc896D904m,10,287", "cc", 9885.956, 0, 0x87),
        ("cc804C4B4m,10,218", "cc", 312.5, 0, 0x18), ("cd7BF2670u,10,206", "cd", -4.25, 0, 0x06),
        ("cd7F3BDB8m,14,206", "cd", -803.4, 4, 0x06), ("da7F85EE0u", "da", -0.5, -1, -1),
        ("ba812D644p,18,20C", "ba", 1.2345e-6, 8, 0x0C), ("ba7CDA560f,14,209", "ba", -3.3e-9, 4, 0x09),
        ("ebDF5E100n", "eb", 0.1, -1, -1), ("ba82AB973f,14,284", "ba", 2.799987e-9, 4, 0x84),
    ]

    @Test(arguments: rows)
    func `a variable is read and written back`(
        _ text: String,
        _ type: String,
        _ value: Double,
        _ status: Int,
        _ range: Int
    ) throws {
        let package = try MethodScriptPackage(parsing: Array("P\(text)".utf8))
        let variable = try #require(package.variables.first)
        #expect(package.variables.count == 1)
        #expect(variable.type.rawValue == type)
        #expect(variable.value.value == value)
        #expect(variable.status.map { Int($0.rawValue) } ?? -1 == status)
        #expect(variable.rangeIndex.map { Int($0) } ?? -1 == range)
        #expect(String(decoding: variable.bytes, as: UTF8.self) == text)
    }

    @Test func `a point of an impedance measurement has these bytes`() throws {
        let bytes: [UInt8] = [
            0x50, 0x64, 0x63, 0x38, 0x30, 0x33, 0x30, 0x44, 0x34, 0x30, 0x20, 0x3B, 0x63, 0x63, 0x38, 0x30, 0x34, 0x43,
            0x34, 0x42, 0x34, 0x6D, 0x2C, 0x31, 0x30, 0x2C, 0x32, 0x31, 0x38, 0x3B, 0x63, 0x64, 0x37, 0x42, 0x46, 0x32,
            0x36, 0x37, 0x30, 0x75, 0x2C, 0x31, 0x30, 0x2C, 0x32, 0x30, 0x36,
        ]
        let package = try MethodScriptPackage(parsing: bytes)
        #expect(package[.setFrequency]?.value.value == 200_000)
        #expect(package[.impedanceReal]?.value.value == 312.5)
        #expect(package[.impedanceImaginary]?.value.value == -4.25)
        #expect(package.bytes == bytes)
    }

    @Test func `letters of a value are not taken for types or prefixes`() throws {
        let package = try MethodScriptPackage(parsing: Array("Pba8aFEfaEa;ab     nan,14;cc8000000i,2ff".utf8))
        #expect(package.variables.map(\.type.rawValue) == ["ba", "ab", "cc"])
        #expect(package.variables[1].value == .notANumber && package.variables[1].status == .underload)
        #expect(package.variables[2].rangeIndex == 0xFF)
    }

    @Test func `metadata of unknown kinds is ignored`() throws {
        let package = try MethodScriptPackage(
            parsing: Array("Pba8000001 ,4a0,10,2010,9zz".replacing("2010", with: "201").utf8)
        )
        #expect(package.variables.first?.status == [] && package.variables.first?.rangeIndex == 0x01)
    }

    @Test(arguments: [
        "dc8030D40 ", "Pdc8030D40", "Pdc8030D40 ;", "P;dc8030D40 ", "Pdc8030D40 10", "Pdc8030D40 ,", "Pdc8030D40 ,1",
        "Pdc8030D40 ,1g", "Pdc8030D40 ,21", "Pd8030D40 ", "P1c8030D40 ", "Pdc80#0D40 ",
    ])
    func `damaged packages are refused`(_ text: String) {
        #expect(throws: MethodScriptSyntaxError.self) { try MethodScriptPackage(parsing: Array(text.utf8)) }
    }

    @Test func `a damaged digit is found at its place`() {
        #expect(throws: MethodScriptSyntaxError(expected: "a hexadecimal digit", offset: 5)) {
            try MethodScriptPackage(parsing: Array("Pdc80#0D40 ".utf8))
        }
    }

    @Test func `no damage of one byte crashes the reader or makes it take less than the whole line`() {
        let line = Array("Pdc8030D40 ;cc804C4B4m,10,218;cd7BF2670u,10,206".utf8)
        for position in line.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = line
                damaged[position] = byte
                guard let package = try? MethodScriptPackage(parsing: damaged) else { continue }
                #expect(package.variables.count <= 4)
            }
            _ = try? MethodScriptPackage(parsing: Array(line[..<position]))
        }
    }

    @Test func `ranges have the full scales of their family`() {
        #expect(MethodScriptRanges.picoHighSpeed.current(at: 0x87) == Current(200, .microampere))
        #expect(MethodScriptRanges.pico.current(at: 0x0B) == Current(5000, .microampere))
        #expect(MethodScriptRanges.emStat4LR.current(at: 0x18) == Current(10000, .microampere))
        #expect(MethodScriptRanges.emStat4LR.current(at: 0x1B) == nil)
        #expect(MethodScriptRanges.emStat4HR.current(at: 0x1B) == Current(100_000, .microampere))
        #expect(MethodScriptRanges.emStat4LR.potential(at: 0x06) == Voltage(1000, .millivolt))
        #expect(MethodScriptRanges.nexus.current(at: 0x0B) == Current(1_000_000, .microampere))
        for ranges in [MethodScriptRanges.pico, .picoHighSpeed, .emStat4LR, .emStat4HR, .nexus] {
            #expect(ranges.current.map(\.fullScale) == ranges.current.map(\.fullScale).sorted())
            #expect(Set(ranges.current.map(\.index)).count == ranges.current.count)
        }
    }

    @Test func `types know quantity and unit`() {
        #expect(
            MethodScriptVariableType.impedanceReal.unit == "Ω" && MethodScriptVariableType.impedanceReal.hasCurrentRange
        )
        #expect(!MethodScriptVariableType.impedanceImaginary.hasCurrentRange)
        #expect(MethodScriptVariableType(rawValue: "cj").hasCurrentRange)
        #expect(MethodScriptVariableType(rawValue: "at").quantity == "AIN1")
        #expect(MethodScriptVariableType(rawValue: "zz").quantity == nil)
    }
}
