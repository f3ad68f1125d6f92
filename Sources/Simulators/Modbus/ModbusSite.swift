public import Protocols
import Synchronization

/// The units behind one simulated Modbus line: their tables, how they misbehave, and what they were asked. It knows
/// neither bytes nor descriptors.
public final class ModbusSite: Sendable {
    /// One request as it arrived.
    public struct Call: Sendable, Hashable {
        public var unit: UInt8
        public var request: ModbusRequest
    }

    private struct State {
        var units: [UInt8: ModbusMemory]
        var misbehaviour: [UInt8: [(ModbusMisbehaviour, times: Int)]] = [:]
        var calls: [Call] = []
        var callCount = 0
    }

    /// Older calls are forgotten.
    private static let callLimit = 10_000
    private let state: Mutex<State>

    public init(units: [UInt8: ModbusMemory]) {
        self.state = Mutex(State(units: units))
    }

    /// The latest requests, oldest first.
    public var calls: [Call] { self.state.withLock { $0.calls } }
    public var callCount: Int { self.state.withLock { $0.callCount } }

    public subscript(unit: UInt8) -> ModbusMemory? {
        get { self.state.withLock { $0.units[unit] } }
        set { self.state.withLock { $0.units[unit] = newValue } }
    }

    /// Changes a unit's tables in one go.
    public func change(_ unit: UInt8, _ body: (inout ModbusMemory) throws -> Void) rethrows {
        try self.state.withLock { state in
            guard var memory = state.units[unit] else { return }
            try body(&memory)
            state.units[unit] = memory
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
        default: return state.units[unit]?.answer(request).pdu(to: request) ?? []
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
