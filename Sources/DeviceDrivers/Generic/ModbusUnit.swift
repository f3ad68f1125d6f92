public import DeviceKit
public import Links
public import Protocols

/// One unit of a Modbus line: reads many points with few requests, and writes them.
public struct ModbusUnit: Sendable {
    /// Name of the device in the lab's configuration.
    public let device: String
    public let link: ModbusLink
    /// 1…247 on a serial line.
    public let address: UInt8
    private let limits: ModbusReadPlan.Limits

    public init(device: String, link: ModbusLink, address: UInt8, limits: ModbusReadPlan.Limits = .init()) {
        self.device = device
        self.link = link
        self.address = address
        self.limits = limits
    }

    /// The values of points, in their order. A point whose value the device does not have now fails alone.
    ///
    /// - Throws: what the first request throws that brings no answer, and `.misconfigured` for a point that cannot be
    ///   read.
    public func read(
        _ points: [ModbusPoint], on turn: ModbusTurn
    ) async throws(DeviceError) -> [Result<ModbusValue, ModbusPointError>] {
        let plan: ModbusReadPlan
        do throws(ModbusPointError) {
            plan = try ModbusReadPlan(points.map { ModbusBlock($0.table, $0.range) }, limits: self.limits)
        } catch {
            throw self.error("read", error, "Correct the register map in the device's profile.")
        }
        var contents: [ModbusContents] = []
        for block in plan.blocks {
            // A read has no other answer.
            guard case .contents(let found) = try await turn.ask(block.request, of: self.address) else { continue }
            contents.append(found)
        }
        return zip(points, plan.blockOfRange).map { point, place in
            Result { () throws(ModbusPointError) in
                try point.value(in: contents[place], from: plan.blocks[place].range.lowerBound)
            }
        }
    }

    public func read(
        _ points: [ModbusPoint], priority: LinkPriority = .run
    ) async throws(DeviceError) -> [Result<ModbusValue, ModbusPointError>] {
        try await self.link.converse("read", for: self.device, priority: priority) { turn throws(DeviceError) in
            try await self.read(points, on: turn)
        }
    }

    /// Gives a point a value. Bits of a register are changed without touching the others.
    ///
    /// - Throws: `.misconfigured` for a value that the point cannot hold, and nothing is sent; otherwise what
    ///   `ModbusTurn.ask` throws.
    public func write(_ value: ModbusValue, to point: ModbusPoint, on turn: ModbusTurn) async throws(DeviceError) {
        let requests: [ModbusRequest]
        do throws(ModbusPointError) {
            requests = try point.writes(value)
        } catch {
            throw self.error("write", error, "Correct the value or the device's profile.")
        }
        for (index, request) in requests.enumerated() {
            let answer = try await turn.answer(to: request, of: self.address)
            guard case .exception(let exception) = answer else { return }
            // Nothing happened. Devices have one way to write or the other, and few can change single bits.
            if exception == .illegalFunction, index + 1 < requests.count { continue }
            if exception == .illegalFunction, case .maskRegister(_, let and, let or) = request {
                return try await self.rewrite(point, and: and, or: or, on: turn)
            }
            throw turn.error(exception, to: request, of: self.address)
        }
    }

    public func write(
        _ value: ModbusValue, to point: ModbusPoint, priority: LinkPriority = .run
    ) async throws(DeviceError) {
        try await self.link.converse("write", for: self.device, priority: priority) { turn throws(DeviceError) in
            try await self.write(value, to: point, on: turn)
        }
    }

    /// Reads a register, changes bits, and writes it, in one turn: for devices without function 22.
    private func rewrite(
        _ point: ModbusPoint, and: UInt16, or: UInt16, on turn: ModbusTurn
    ) async throws(DeviceError) {
        let old = try await turn.ask(.read(.holding, address: point.address, count: 1), of: self.address)
        guard case .contents(.registers(let registers)) = old, let register = registers.first else { return }
        let new = register & and | or & ~and
        _ = try await turn.ask(.writeRegister(address: point.address, new), of: self.address)
    }

    private func error(_ command: String, _ error: ModbusPointError, _ advice: String) -> DeviceError {
        DeviceError(.misconfigured, device: self.device, command: command, error.description, advice: advice)
    }
}

extension ModbusPoint {
    /// The request that writes a value, and another that does the same where the device does not have its function.
    fileprivate func writes(_ value: ModbusValue) throws(ModbusPointError) -> [ModbusRequest] {
        guard self.table.isWritable else { throw .unfit("table \(self.table.rawValue) cannot be written") }
        if let masks = try self.masks(for: value) {
            return [.maskRegister(address: self.address, and: masks.and, or: masks.or)]
        }
        switch try self.contents(for: value) {
        case .bits(let bits):
            return [.writeCoil(address: self.address, bits[0]), .writeCoils(address: self.address, bits)]
        case .registers(let registers):
            let all = ModbusRequest.writeRegisters(address: self.address, registers)
            return registers.count == 1 ? [.writeRegister(address: self.address, registers[0]), all] : [all]
        }
    }
}
