/// One value in a device's tables: where it lies, what it is made of and what it stands for.
///
///     // A temperature in tenths of a degree, −32768 without a sensor.
///     try ModbusPoint(.input, address: 1, .number(.i16), scale: 0.1, unit: "°C", missing: [-32768])
public struct ModbusPoint: Sendable, Hashable {
    public let table: ModbusTable
    /// As on the wire, from 0. Manuals often write 30001 or 40001 for address 0.
    public let address: UInt16
    public let encoding: ModbusEncoding
    public let order: ModbusRegisterOrder
    /// What the raw number is multiplied with; not zero.
    public let scale: Double
    /// What is added after that.
    public let offset: Double
    /// The symbol of the unit that the number then has; nil if it has none.
    public let unit: String?
    /// Words for raw integers, for values that are choices.
    public let options: [Int64: String]
    /// Raw integers by which the device says that it has no measurement.
    public let missing: Set<Int64>
    /// One over the scale where that is a whole number; otherwise 0.
    let divisor: Double

    /// - Throws: `.misdescribed` in words for people.
    public init(
        _ table: ModbusTable, address: UInt16, _ encoding: ModbusEncoding, order: ModbusRegisterOrder = .abcd,
        scale: Double = 1, offset: Double = 0, unit: String? = nil, options: [Int64: String] = [:],
        missing: Set<Int64> = []
    ) throws(ModbusPointError) {
        self.table = table
        self.address = address
        self.encoding = encoding
        self.order = order
        self.scale = scale
        self.offset = offset
        self.unit = unit
        self.options = options
        self.missing = missing
        let divisor = (1 / scale).rounded()
        self.divisor = 1 / divisor == scale ? divisor : 0
        try self.check()
    }

    /// Coils, discrete inputs or registers of the point.
    public var range: Range<Int> { Int(self.address)..<Int(self.address) + self.encoding.size }

    /// Whether the value is a number with a unit and not a flag, a word or a text.
    public var isNumber: Bool {
        guard self.options.isEmpty else { return false }
        return switch self.encoding {
        case .number: true
        case .bits(let bits): bits.count > 1
        case .flag, .text: false
        }
    }

    private func check() throws(ModbusPointError) {
        guard self.range.upperBound <= 65536 else {
            throw .misdescribed("address \(self.address): the value ends beyond the last address, 65535")
        }
        guard self.scale.isFinite, self.scale != 0, self.offset.isFinite else {
            throw .misdescribed("scale must be a number other than 0, offset a number")
        }
        switch self.encoding {
        case .flag where !self.table.holdsBits:
            throw .misdescribed("table \(self.table.rawValue) holds registers: it needs a type or a bit")
        case .number where self.table.holdsBits, .bits where self.table.holdsBits, .text where self.table.holdsBits:
            throw .misdescribed("table \(self.table.rawValue) holds bits: it takes no type and no bit")
        case .bits(let bits) where bits.lowerBound < 0 || bits.upperBound > 15:
            throw .misdescribed("bits are counted from 0 to 15")
        case .text(let registers) where !(1...self.table.readLimit).contains(registers):
            throw .misdescribed("a text takes 1 to \(self.table.readLimit) registers")
        default: break
        }
        if !self.isNumber, self.scale != 1 || self.offset != 0 || self.unit != nil {
            throw .misdescribed("only a number without options has a scale, an offset or a unit")
        }
        if !self.options.isEmpty || !self.missing.isEmpty {
            switch self.encoding {
            case .text: throw .misdescribed("a text has no options and no missing values")
            case .number(let type) where !type.isInteger:
                throw .misdescribed("options and missing values are for integers")
            default: break
            }
        }
        guard Set(self.options.values).count == self.options.count else {
            throw .misdescribed("two options have the same name")
        }
    }
}
