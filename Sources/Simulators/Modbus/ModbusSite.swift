public import DeviceKit
import DeviceProfiles
public import Protocols
import Synchronization

/// The units behind one simulated Modbus line: their tables or models, how they misbehave, and what they were asked. It knows
/// neither bytes nor descriptors.
public final class ModbusSite: Sendable {
    /// One request as it arrived.
    public struct Call: Sendable, Hashable {
        public var unit: UInt8
        public var request: ModbusRequest
    }

    private enum Unit {
        case memory(ModbusMemory)
        case model(ProfiledModbusUnit)
    }

    private struct State {
        var units: [UInt8: Unit]
        var instant: LabClock.Instant
        var misbehaviour: [UInt8: [(ModbusMisbehaviour, times: Int)]] = [:]
        var calls: [Call] = []
        var callCount = 0
    }

    /// Older calls are forgotten.
    private static let callLimit = 10_000
    private let state: Mutex<State>
    private let clock: LabClock

    public init(units: [UInt8: ModbusMemory]) {
        self.clock = LabClock()
        self.state = Mutex(State(units: units.mapValues { .memory($0) }, instant: self.clock.now))
    }

    /// Units that do what their profiles say; models of the same unit are channels of one device.
    ///
    /// - Throws: for a model that has no unit, or whose registers have no addresses.
    public init(models: [ProfiledModel], clock: LabClock = LabClock()) throws(ModbusPointError) {
        var units: [UInt8: ProfiledModbusUnit] = [:]
        for model in models {
            guard let unit = model.profile.link.modbus?.unit(model.parameters) else {
                throw .misdescribed("a \(model.profile.model) without unit number")
            }
            try units[unit, default: ProfiledModbusUnit()].add(model)
        }
        self.clock = clock
        self.state = Mutex(State(units: units.mapValues { .model($0) }, instant: clock.now))
    }

    /// The latest requests, oldest first.
    public var calls: [Call] { self.state.withLock { $0.calls } }
    public var callCount: Int { self.state.withLock { $0.callCount } }

    /// The tables of a unit.
    public subscript(unit: UInt8) -> ModbusMemory? {
        self.state.withLock { state in
            switch state.units[unit] {
            case .memory(let memory): memory
            case .model(let model): model.memory
            case nil: nil
            }
        }
    }

    /// Changes the tables of a unit without model.
    public func change(_ unit: UInt8, _ body: (inout ModbusMemory) throws -> Void) rethrows {
        try self.state.withLock { state in
            guard case .memory(var memory)? = state.units[unit] else { return }
            try body(&memory)
            state.units[unit] = .memory(memory)
        }
    }

    /// The value of a state of a unit with model now.
    public func value(_ name: String, of unit: UInt8, channel: Int = 0) -> StateValue? {
        self.state.withLock { state in
            self.catchUp(&state)
            guard case .model(let model)? = state.units[unit] else { return nil }
            return model.channels[channel].model.values[name]
        }
    }

    public func set(_ name: String, _ value: StateValue, of unit: UInt8, channel: Int = 0) {
        self.state.withLock { state in
            self.catchUp(&state)
            guard case .model(var model)? = state.units[unit] else { return }
            model.set(name, value, channel: channel)
            state.units[unit] = .model(model)
        }
    }

    /// From the next request on a unit misbehaves, for so many requests; one after the other where there are several.
    public func misbehave(_ misbehaviour: ModbusMisbehaviour, unit: UInt8, times: Int = 1) {
        self.state.withLock { $0.misbehaviour[unit, default: []].append((misbehaviour, times)) }
    }

    public func behave() {
        self.state.withLock { $0.misbehaviour = [:] }
    }

    /// How the line answers; nil for a unit that is not there, and on a serial line for what is told to all.
    ///
    /// - Parameter transaction: nil on a serial line.
    func delivery(of pdu: [UInt8], to unit: UInt8, transaction: UInt16?) -> ModbusDelivery? {
        self.state.withLock { state in
            self.catchUp(&state)
            if unit == 0, transaction == nil { return Self.broadcast(pdu, &state) }
            guard state.units[unit] != nil else { return nil }
            let misbehaviour = Self.nextMisbehaviour(of: unit, &state)
            let answer = Self.answer(pdu, unit, misbehaviour, &state)
            return ModbusDelivery(unit: unit, pdu: answer, transaction: transaction, misbehaving: misbehaviour)
        }
    }

    private static func answer(
        _ pdu: [UInt8], _ unit: UInt8, _ misbehaviour: ModbusMisbehaviour?, _ state: inout State
    ) -> [UInt8] {
        let request: ModbusRequest
        do throws(ModbusException) {
            request = try ModbusRequest(parsing: pdu)
        } catch {
            return [(pdu.first ?? 0) | 0x80, error.code]
        }
        state.callCount += 1
        state.calls.append(Call(unit: unit, request: request))
        if state.calls.count > 2 * Self.callLimit { state.calls.removeFirst(Self.callLimit) }
        switch misbehaviour {
        case .lies where !request.isRead: return ModbusResponse.done.pdu(to: request)
        case .exception(let exception): return ModbusResponse.exception(exception).pdu(to: request)
        default: return Self.answer(request, unit, &state).pdu(to: request)
        }
    }

    private static func answer(_ request: ModbusRequest, _ unit: UInt8, _ state: inout State) -> ModbusResponse {
        switch state.units[unit] {
        case .memory(var memory):
            defer { state.units[unit] = .memory(memory) }
            return memory.answer(request)
        case .model(var model):
            defer { state.units[unit] = .model(model) }
            return model.answer(request)
        case nil: return .exception(.gatewayTargetSilent)
        }
    }

    /// Lets the lab time pass that has gone by.
    private func catchUp(_ state: inout State) {
        let now = self.clock.now
        let elapsed = state.instant.duration(to: now)
        state.instant = now
        for (unit, one) in state.units {
            guard case .model(var model) = one else { continue }
            model.advance(by: elapsed)
            state.units[unit] = .model(model)
        }
    }

    private static func broadcast(_ pdu: [UInt8], _ state: inout State) -> ModbusDelivery? {
        let misbehaviour = Self.nextMisbehaviour(of: 0, &state)
        for unit in state.units.keys.sorted() {
            let answer = Self.answer(pdu, unit, nil, &state)
            guard misbehaviour == .answersBroadcast else { continue }
            return ModbusDelivery(unit: unit, pdu: answer, transaction: nil, misbehaving: nil)
        }
        return nil
    }

    private static func nextMisbehaviour(of unit: UInt8, _ state: inout State) -> ModbusMisbehaviour? {
        guard let first = state.misbehaviour[unit]?.first else { return nil }
        if first.times > 1 {
            state.misbehaviour[unit]?[0].times -= 1
        } else {
            state.misbehaviour[unit]?.removeFirst()
        }
        return first.0
    }
}
