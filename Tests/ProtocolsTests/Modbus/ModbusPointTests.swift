import Protocols
import Testing

@Suite struct ModbusPointTests {
    /// 123456.78125 as IEEE 754: 47 F1 20 64; −2 as 32-bit integer: FF FF FF FE.
    @Test(arguments: [
        (ModbusRegisterOrder.abcd, [UInt16(0x47F1), 0x2064]), (.cdab, [0x2064, 0x47F1]), (.badc, [0xF147, 0x6420]),
        (.dcba, [0x6420, 0xF147]),
    ])
    func `bytes and registers come in four orders`(_ order: ModbusRegisterOrder, _ registers: [UInt16]) throws {
        let point = try ModbusPoint(.holding, address: 4, .number(.f32), order: order)
        #expect(try point.value(in: .registers([9] + registers), from: 3) == .number(123456.78125))
        #expect(try point.contents(for: .number(123456.78125)) == .registers(registers))
    }

    @Test(arguments: [
        (ModbusNumberType.u16, -1.0, [UInt16]()), (.u16, 65535, [0xFFFF]), (.i16, -2, [0xFFFE]), (.i16, 40000, []),
        (.u32, 4_294_967_295, [0xFFFF, 0xFFFF]), (.i32, -2, [0xFFFF, 0xFFFE]),
        (.i64, -2, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFE]),
        (.u64, 65536, [0, 0, 1, 0]), (.u64, 2e19, []), (.f32, 1e300, []), (.f64, -2, [0xC000, 0, 0, 0]),
    ])
    func `numbers are written as their type has them, or refused`(
        _ type: ModbusNumberType, _ number: Double, _ registers: [UInt16]
    ) throws {
        let point = try ModbusPoint(.holding, address: 0, .number(type))
        guard !registers.isEmpty else {
            #expect(throws: ModbusPointError.self) { try point.contents(for: .number(number)) }
            return
        }
        #expect(try point.contents(for: .number(number)) == .registers(registers))
        #expect(try point.value(in: .registers(registers), from: 0) == .number(number))
    }

    @Test func `tenths stay tenths`() throws {
        let point = try ModbusPoint(.input, address: 0, .number(.i16), scale: 0.1, unit: "°C", missing: [-32768])
        #expect(try point.value(in: .registers([3]), from: 0) == .number(0.3))
        #expect(try point.value(in: .registers([UInt16(bitPattern: -2731)]), from: 0) == .number(-273.1))
        #expect(throws: ModbusPointError.missing(raw: -32768)) {
            try point.value(in: .registers([0x8000]), from: 0)
        }
    }

    @Test func `an offset is added after scaling and taken off before writing`() throws {
        let point = try ModbusPoint(.holding, address: 0, .number(.u16), scale: 0.5, offset: -40, unit: "°C")
        #expect(try point.value(in: .registers([130]), from: 0) == .number(25))
        #expect(try point.contents(for: .number(25)) == .registers([130]))
    }

    @Test func `bits of a register are flags, numbers or words`() throws {
        let flag = try ModbusPoint(.holding, address: 0, .bits(9...9))
        #expect(try flag.value(in: .registers([0x0200]), from: 0) == .flag(true))
        let masks = try #require(try flag.masks(for: .flag(true)))
        #expect(masks == (0xFDFF, 0x0200))
        let mode = try ModbusPoint(.holding, address: 0, .bits(4...6), options: [0: "off", 5: "heat"])
        #expect(try mode.value(in: .registers([0x0050]), from: 0) == .option("heat"))
        #expect(throws: ModbusPointError.unlisted(raw: 1)) { try mode.value(in: .registers([0x0010]), from: 0) }
        #expect(throws: ModbusPointError.self) { try mode.masks(for: .option("cool")) }
        let number = try ModbusPoint(.holding, address: 0, .bits(0...15))
        #expect(try number.value(in: .registers([0xFFFF]), from: 0) == .number(65535))
        #expect(try number.contents(for: .number(65535)) == .registers([65535]))
    }

    @Test func `coils may have words`() throws {
        let valve = try ModbusPoint(.coil, address: 3, .flag, options: [0: "closed", 1: "open"])
        #expect(try valve.value(in: .bits([false, true]), from: 2) == .option("open"))
        #expect(try valve.contents(for: .option("closed")) == .bits([false]))
        #expect(throws: ModbusPointError.self) { try valve.contents(for: .flag(true)) }
    }

    @Test func `a text ends at NUL and loses the spaces it was filled up with`() throws {
        let point = try ModbusPoint(.input, address: 0, .text(registers: 4), order: .badc)
        #expect(try point.value(in: .registers([0x4F4D, 0x4944, 0x2020, 0x4100]), from: 0) == .text("MODI"))
        #expect(try point.contents(for: .text("MODI")) == .registers([0x4F4D, 0x4944, 0, 0]))
        #expect(throws: ModbusPointError.self) { try point.contents(for: .text("too long a text")) }
    }

    @Test func `what was read must cover the point`() throws {
        let point = try ModbusPoint(.input, address: 10, .number(.u32))
        for start in [8, 9, 11] {
            #expect(throws: ModbusPointError.notCovered) {
                try point.value(
                    in: .registers(start == 11 ? [1, 2, 3] : Array(repeating: 1, count: 11 - start)), from: start)
            }
        }
        #expect(throws: ModbusPointError.notCovered) { try point.value(in: .bits([true, true, true]), from: 10) }
    }

    @Test func `contradictions are refused when a point is made`() {
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.coil, address: 0, .number(.u16)) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 0, .flag) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 65535, .number(.u32)) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 0, .number(.u16), scale: 0) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 0, .bits(15...16)) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 0, .text(registers: 126)) }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.coil, address: 0, .flag, unit: "V") }
        #expect(throws: ModbusPointError.self) { try ModbusPoint(.input, address: 0, .number(.f32), options: [1: "a"]) }
        #expect(throws: ModbusPointError.self) {
            try ModbusPoint(.input, address: 0, .number(.u16), options: [1: "a", 2: "a"])
        }
    }
}
