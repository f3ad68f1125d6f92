extension ModbusPoint {
    /// The point's value in what was read from `start` on.
    ///
    /// - Throws: `.notCovered`, `.missing` or `.unlisted`.
    public func value(in contents: ModbusContents, from start: Int) throws(ModbusPointError) -> ModbusValue {
        let place = self.range.lowerBound - start..<self.range.upperBound - start
        guard place.lowerBound >= 0, place.upperBound <= contents.count else { throw .notCovered }
        switch contents {
        case .bits(let bits):
            guard self.table.holdsBits else { throw .notCovered }
            return try self.value(raw: bits[place.lowerBound] ? 1 : 0)
        case .registers(let registers):
            guard !self.table.holdsBits else { throw .notCovered }
            return try self.value(of: registers[place])
        }
    }

    /// What is to be written so that the point has this value.
    ///
    /// - Throws: `.unfit` for a value that the point cannot hold, in words for people.
    public func contents(for value: ModbusValue) throws(ModbusPointError) -> ModbusContents {
        switch self.encoding {
        case .flag:
            return .bits([try self.raw(for: value) != 0])
        case .bits(let bits):
            return .registers([try self.swapped(self.raw(for: value, in: bits) << UInt16(bits.lowerBound))])
        case .number(let type):
            return .registers(self.order.registers(of: try self.bits(for: value, type), count: type.registerCount))
        case .text(let count):
            return .registers(try self.registers(for: value, count: count))
        }
    }

    /// The AND and OR masks of function 22 that change only the point's bits; nil where it is not made of bits of a
    /// register.
    public func masks(for value: ModbusValue) throws(ModbusPointError) -> (and: UInt16, or: UInt16)? {
        guard case .bits(let bits) = self.encoding else { return nil }
        let and = self.swapped(~(Self.mask(bits) << UInt16(bits.lowerBound)))
        return (and, self.swapped(try self.raw(for: value, in: bits) << UInt16(bits.lowerBound)))
    }

    // MARK: Reading

    private func value(of registers: ArraySlice<UInt16>) throws(ModbusPointError) -> ModbusValue {
        switch self.encoding {
        case .flag: throw .notCovered
        case .bits(let bits):
            let register = UInt16(truncatingIfNeeded: self.order.bits(of: registers))
            return try self.value(raw: Int64(register >> UInt16(bits.lowerBound) & Self.mask(bits)))
        case .number(let type):
            let bits = self.order.bits(of: registers)
            guard let raw = type.integer(bits) else { return .number(self.scaled(type.number(bits))) }
            guard self.options.isEmpty, !self.missing.contains(raw) else { return try self.value(raw: raw) }
            return .number(self.scaled(type.number(bits)))
        case .text:
            let bytes = registers.flatMap { register in
                let register = self.swapped(register)
                return [UInt8(register >> 8), UInt8(register & 0xFF)]
            }
            return .text(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).trimmingTrailingSpaces)
        }
    }

    private func value(raw: Int64) throws(ModbusPointError) -> ModbusValue {
        if self.missing.contains(raw) { throw .missing(raw: raw) }
        guard self.options.isEmpty else {
            guard let option = self.options[raw] else { throw .unlisted(raw: raw) }
            return .option(option)
        }
        return self.isNumber ? .number(self.scaled(Double(raw))) : .flag(raw != 0)
    }

    /// Divides where the scale is one over an integer, so that 3 tenths are 0.3 and not 0.30000000000000004.
    private func scaled(_ raw: Double) -> Double {
        (self.divisor != 0 ? raw / self.divisor : raw * self.scale) + self.offset
    }

    // MARK: Writing

    private func bits(for value: ModbusValue, _ type: ModbusNumberType) throws(ModbusPointError) -> UInt64 {
        guard self.options.isEmpty else {
            guard let bits = type.bits(Double(try self.raw(for: value))) else { throw self.unfit(value) }
            return bits
        }
        guard case .number(let number) = value else { throw self.unfit(value) }
        guard number.isFinite, let bits = type.bits(self.unscaled(number)) else { throw self.unfit(value) }
        return bits
    }

    private func raw(for value: ModbusValue, in bits: ClosedRange<Int>) throws(ModbusPointError) -> UInt16 {
        guard let raw = UInt16(exactly: try self.raw(for: value)), raw <= Self.mask(bits) else {
            throw self.unfit(value)
        }
        return raw
    }

    private func raw(for value: ModbusValue) throws(ModbusPointError) -> Int64 {
        switch value {
        case .option(let name):
            guard let raw = self.options.first(where: { $0.value == name })?.key else { throw self.unfit(value) }
            return raw
        case .flag(let isOn) where self.options.isEmpty && !self.isNumber: return isOn ? 1 : 0
        case .number(let number) where self.isNumber:
            guard let raw = Int64(exactly: self.unscaled(number).rounded()) else { throw self.unfit(value) }
            return raw
        default: throw self.unfit(value)
        }
    }

    private func unscaled(_ number: Double) -> Double { (number - self.offset) / self.scale }

    private func registers(for value: ModbusValue, count: Int) throws(ModbusPointError) -> [UInt16] {
        guard case .text(let text) = value, text.utf8.count <= 2 * count, !text.utf8.contains(0) else {
            throw self.unfit(value)
        }
        let bytes = Array(text.utf8) + Array(repeating: 0, count: 2 * count - text.utf8.count)
        return (0..<count).map { self.swapped(UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1])) }
    }

    private func unfit(_ value: ModbusValue) -> ModbusPointError {
        let written =
            switch value {
            case .flag(let isOn): isOn ? "on" : "off"
            case .number(let number): "\(number)\(self.unit.map { " \($0)" } ?? "")"
            case .option(let name): "“\(name)”"
            case .text(let text): "“\(text)”"
            }
        let expected =
            if !self.options.isEmpty {
                self.options.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ")
            } else {
                switch self.encoding {
                case .flag: "on or off"
                case .bits(let bits): bits.count == 1 ? "on or off" : "a number of \(bits.count) bits"
                case .number(let type): "a number that fits \(type.rawValue)"
                case .text(let count): "a text of up to \(2 * count) bytes"
                }
            }
        return .unfit("\(written) cannot be written; expected \(expected)")
    }

    private func swapped(_ register: UInt16) -> UInt16 { self.order.swapsBytes ? register.byteSwapped : register }

    private static func mask(_ bits: ClosedRange<Int>) -> UInt16 {
        UInt16(truncatingIfNeeded: (1 << bits.count) - 1)
    }
}

extension String {
    fileprivate var trimmingTrailingSpaces: String {
        String(decoding: self.utf8.reversed().drop { $0 == UInt8(ascii: " ") }.reversed(), as: UTF8.self)
    }
}
