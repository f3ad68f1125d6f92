import DeviceKit
import Protocols

extension ProfileModbus {
    init?(_ section: ConfigurationSection, _ names: ProfileNames) {
        let unit = section.required("unit") { section.optionalBound("unit", names.parameters) }
        let gap = section.optionalInteger("gap", .within(0...124, "0 to 124"))
        let largest = section.optionalInteger("largest-read", .within(1...125, "1 to 125"))
        let holes = section.list("no-read").compactMap { Hole($0) }
        section.finish()
        guard let unit else { return nil }
        if case .number(let number) = unit, !(1...247).contains(number) {
            section.report("\(section.name("unit")): must be 1 to 247, or a parameter", key: "unit")
        }
        self.init(unit: unit, gap: gap ?? 0, largestRead: largest, holes: holes)
    }
}

extension ProfileModbus.Hole {
    fileprivate init?(_ section: ConfigurationSection) {
        let addresses = Allowed.within(0...65535, "0 to 65535")
        let table = section.choice("table", of: ModbusTable.self)
        let from = section.integer("from", addresses)
        let to = section.integer("to", addresses)
        section.finish()
        guard let table, let from, let to else { return nil }
        guard from <= to else {
            section.report("\(section.name("from")): must be at most `to`", key: "from")
            return nil
        }
        self.init(table: table, addresses: from...to)
    }
}
