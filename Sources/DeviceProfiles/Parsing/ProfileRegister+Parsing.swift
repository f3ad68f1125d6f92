import DeviceKit
import Protocols

/// How a register is written in a profile; its point is made when it is known what it stands for.
struct WrittenRegister {
    let section: ConfigurationSection
    let table: ModbusTable
    let base: Int
    let parameter: String?
    let encoding: ModbusEncoding
    let order: ModbusRegisterOrder
    let missing: Set<Int64>

    /// From `table`, `address` and what the registers hold. Nil where there is none, or it cannot be read.
    init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let table = section.optionalChoice("table", of: ModbusTable.self)
        let address = section.optionalText("address")
        let type = section.optionalChoice("type", of: ModbusNumberType.self)
        let bit = section.optionalInteger("bit", .within(0...15, "0 to 15"))
        let lastBit = section.optionalInteger("to-bit", .within(0...15, "0 to 15"))
        let characters = section.optionalInteger("text-registers", .within(1...125, "1 to 125"))
        let order = section.optionalChoice("order", of: ModbusRegisterOrder.self)
        let missing = section.optionalTexts("missing") ?? []
        guard let table, let address else {
            if section.has("table") != section.has("address") {
                section.report("\(section.path): a register needs `table` and `address`")
            }
            return nil
        }
        guard let (base, parameter) = Self.address(address, section, names.parameters) else { return nil }
        switch (type, bit, characters) {
        case (nil, nil, nil) where table.holdsBits: self.encoding = .flag
        case (nil, nil, nil): self.encoding = .number(.u16)
        case (let type?, nil, nil): self.encoding = .number(type)
        case (nil, let bit?, nil): self.encoding = .bits(bit...max(bit, lastBit ?? bit))
        case (nil, nil, let characters?): self.encoding = .text(registers: characters)
        default:
            section.report("\(section.path): a register has one of `type`, `bit` and `text-registers`")
            return nil
        }
        self.section = section
        self.table = table
        self.base = base
        self.parameter = parameter
        self.order = order ?? .abcd
        self.missing = Set(missing.compactMap { Int64($0) })
        if self.missing.count != missing.count {
            section.report("\(section.name("missing")): expected whole numbers", key: "missing")
        }
    }

    func register(
        kind: ValueKind? = nil, options: [WireField.Option] = [], scale: ProfileScale = .identity
    ) -> ProfileRegister? {
        var words: [Int64: String] = [:]
        for option in options {
            guard let raw = Int64(String(decoding: option.wire, as: UTF8.self)) else {
                self.section.report(
                    "\(self.section.path): write each option with its number in the register, { off: 0, on: 1 }")
                return nil
            }
            words[raw] = option.name
        }
        guard scale.factors.allSatisfy({ if case .number = $0.bound { true } else { false } }) else {
            self.section.report("\(self.section.path): the scale of a register is made of numbers alone")
            return nil
        }
        var unit: String?
        if case .number(let known)? = kind { unit = known.symbol }
        return self.section.reporting("address") { () throws(ModbusPointError) in
            let point = try ModbusPoint(
                self.table, address: UInt16(clamping: self.base), self.encoding, order: self.order,
                scale: scale.factor([:]), offset: scale.offset, unit: unit, options: words, missing: self.missing)
            return ProfileRegister(point: point, base: self.base, parameter: self.parameter)
        }
    }

    /// `17`, `channel`, `channel + 99` or `channel - 1`.
    private static func address(
        _ text: String, _ section: ConfigurationSection, _ parameters: [ProfileParameter]
    ) -> (base: Int, parameter: String?)? {
        let words = text.split(separator: " ").map(String.init)
        if words.count == 1, let address = Int(text), (0...65535).contains(address) { return (address, nil) }
        let sign = words.count == 3 ? ["+": 1, "-": -1][words[1]] : words.count == 1 ? 0 : nil
        let summand = words.count == 3 ? Int(words[2]) : 0
        guard let sign, let summand, (0...65535).contains(summand),
            let parameter = parameters.first(where: { $0.name == words[0] }), parameter.isInteger
        else {
            section.report(
                "\(section.name("address")): “\(text)” is no address from 0 to 65535, and no whole-number parameter as in "
                    + "`channel - 1`", key: "address")
            return nil
        }
        return (sign * summand, parameter.name)
    }
}

extension ProfileRegisterWrite {
    init?(_ section: ConfigurationSection, _ arguments: [ProfileAction.Argument], _ names: ProfileNames) {
        let written = WrittenRegister(section, names)
        let value = section.text("value")
        section.finish()
        guard let written, let value else {
            if !section.has("table") { section.report("\(section.path): a register needs `table` and `address`") }
            return nil
        }
        if value.hasPrefix("{"), value.hasSuffix("}") {
            let name = String(value.dropFirst().dropLast())
            guard let argument = arguments.first(where: { $0.name == name }) else {
                section.report("\(section.name("value")): there is no argument “\(name)”", key: "value")
                return nil
            }
            guard
                let register = written.register(
                    kind: argument.kind, options: argument.options, scale: argument.scale)
            else { return nil }
            self.init(register: register, value: .argument(name))
            return
        }
        guard let number = Double(value), number.isFinite, let register = written.register() else {
            section.report("\(section.name("value")): “\(value)” is no number and no {argument}", key: "value")
            return nil
        }
        self.init(register: register, value: .constant(register.point.isNumber ? .number(number) : .flag(number != 0)))
    }
}
