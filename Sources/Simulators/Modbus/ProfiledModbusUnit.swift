import DeviceKit
import DeviceProfiles
import Protocols

/// Puts models that their profiles describe into the tables of one Modbus unit, several where each is a channel of it: states
/// are read from their registers, and what is written is what an action of the profile writes, or a state. Pure.
struct ProfiledModbusUnit: Sendable {
    private(set) var memory = ModbusMemory()
    private(set) var channels: [Channel] = []

    struct Channel: Sendable {
        var model: ProfiledModel
        fileprivate var states: [(name: String, kind: ValueKind, point: ModbusPoint)] = []
        fileprivate var actions: [(action: ProfileAction, writes: [Write])] = []

        fileprivate struct Write {
            var point: ModbusPoint
            var value: ProfileRegisterWrite.Value
        }

        fileprivate var points: [ModbusPoint] {
            self.states.map(\.point) + self.actions.flatMap { $0.writes.map(\.point) }
        }
    }

    /// Gives the unit another channel.
    ///
    /// - Throws: where a register has no address with the model's parameters.
    mutating func add(_ model: ProfiledModel) throws(ModbusPointError) {
        var channel = Channel(model: model)
        for state in model.profile.states {
            guard case .register(let register)? = state.access else { continue }
            channel.states.append((state.name, state.kind, try register.point(model.parameters)))
        }
        for action in model.profile.actions {
            guard case .registers(let writes) = action.access else { continue }
            var points: [Channel.Write] = []
            for write in writes {
                points.append(.init(point: try write.register.point(model.parameters), value: write.value))
            }
            channel.actions.append((action, points))
        }
        self.channels.append(channel)
        self.makeMemory()
        self.show()
    }

    mutating func advance(by elapsed: Duration) {
        for index in self.channels.indices { self.channels[index].model.advance(by: elapsed) }
    }

    mutating func set(_ name: String, _ value: StateValue, channel: Int) {
        self.channels[channel].model.set(name, value)
    }

    mutating func answer(_ request: ModbusRequest) -> ModbusResponse {
        self.show()
        let before = self.memory
        let response = self.memory.answer(request)
        if case .exception = response { return response }
        guard let written = request.written, !self.take(written) else { return response }
        self.memory = before
        return .exception(.illegalValue)
    }

    /// All registers that the profiles name, and, as a device has them, those in between that they do not forbid.
    private mutating func makeMemory() {
        let points = self.channels.flatMap(\.points)
        let modbus = self.channels.first?.model.profile.link.modbus
        self.memory = ModbusMemory()
        for table in ModbusTable.allCases {
            let ranges = points.filter { $0.table == table }.map(\.range)
            guard let first = ranges.map(\.lowerBound).min(), let end = ranges.map(\.upperBound).max() else { continue }
            let holes = modbus?.holes.filter { $0.table == table }.map(\.addresses) ?? []
            for address in first..<end where !holes.contains(where: { $0.contains(address) }) {
                self.memory.set(
                    table, from: UInt16(truncatingIfNeeded: address), table.holdsBits ? .bits([false]) : .registers([0])
                )
            }
        }
        if let largest = modbus?.largestRead { self.memory.largestRead = largest }
    }

    /// Writes the states into their registers.
    private mutating func show() {
        for channel in self.channels {
            for (name, _, point) in channel.states {
                guard let value = channel.model.values[name] else { continue }
                // A value that the register cannot hold is one that a device would not show either.
                try? self.memory.set(point, to: point.value(value))
            }
        }
    }

    /// Does what a write means to each channel that it touches.
    ///
    /// - Returns: false where the device refuses the value.
    private mutating func take(_ written: ModbusBlock) -> Bool {
        for index in self.channels.indices
        where self.channels[index].points.contains(where: { $0.overlaps(written) }) {
            guard Self.take(written, in: self.memory, &self.channels[index]) else { return false }
        }
        return true
    }

    private static func take(_ written: ModbusBlock, in memory: ModbusMemory, _ channel: inout Channel) -> Bool {
        for (action, writes) in channel.actions where writes.contains(where: { $0.point.overlaps(written) }) {
            var arguments: [String: StateValue] = [:]
            let isMeant = writes.allSatisfy { write in
                let found = memory.value(of: write.point)
                switch write.value {
                case .constant(let constant): return found == constant
                case .argument(let name):
                    arguments[name] = action.argument(name).flatMap { argument in
                        found.flatMap { StateValue($0, of: argument.kind) }
                    }
                    return arguments[name] != nil
                }
            }
            if isMeant { return channel.model.perform(action, arguments) }
        }
        for (name, kind, point) in channel.states where point.overlaps(written) {
            guard let value = memory.value(of: point).flatMap({ StateValue($0, of: kind) }) else { return false }
            channel.model.set(name, value)
        }
        return true
    }
}

extension ModbusRequest {
    /// What it writes; nil for a read.
    fileprivate var written: ModbusBlock? {
        switch self {
        case .read: nil
        case .writeCoil(let address, _): ModbusBlock(.coil, Int(address)..<Int(address) + 1)
        case .writeRegister(let address, _), .maskRegister(let address, _, _):
            ModbusBlock(.holding, Int(address)..<Int(address) + 1)
        case .writeCoils(let address, let bits): ModbusBlock(.coil, Int(address)..<Int(address) + bits.count)
        case .writeRegisters(let address, let registers), .readWriteRegisters(_, _, let address, let registers):
            ModbusBlock(.holding, Int(address)..<Int(address) + registers.count)
        }
    }
}

extension ModbusPoint {
    fileprivate func overlaps(_ block: ModbusBlock) -> Bool {
        self.table == block.table && self.range.overlaps(block.range)
    }
}
