public import DeviceKit
public import Protocols

/// The right to speak on a Modbus line, for one conversation. It is valid inside the closure it is given to.
public struct ModbusTurn: Sendable {
    let link: ModbusLink
    let device: String
    let order: ModbusOrder
    let isShielded: Bool

    /// Asks a unit.
    ///
    /// A write that has left is waited for although the task is cancelled, since whether it happened is worth knowing.
    ///
    /// - Parameter unit: 1…247; 0 tells all units of a serial line, which do not answer.
    /// - Returns: also an exception; `ask` throws it.
    /// - Throws: `.timedOut` for silence, `.garbled` for an answer that does not fit, or for both `.unknownOutcome` where the
    ///   request was a write; `.absent` where the line cannot be opened; `.cancelled` once a stop waits or the task is
    ///   cancelled.
    public func answer(to request: ModbusRequest, of unit: UInt8) async throws(DeviceError) -> ModbusResponse {
        let call = self.call(request, unit)
        if !self.isShielded, Task.isCancelled { throw call.error(.abandoned, wasSent: false) }
        let question = ModbusLineState.Question(request: request, unit: unit)
        return try await self.link.exchange(question, call, self.order, shielded: self.isShielded)
    }

    /// As `answer`, for those who only want what they asked for.
    ///
    /// - Throws: besides, for an exception: `.misconfigured`, `.refused`, `.faulted`, `.busy`, `.absent` or `.timedOut`, by
    ///   what it means.
    public func ask(_ request: ModbusRequest, of unit: UInt8) async throws(DeviceError) -> ModbusResponse {
        let answer = try await self.answer(to: request, of: unit)
        guard case .exception(let exception) = answer else { return answer }
        throw self.error(exception, to: request, of: unit)
    }

    /// What an exception means to who asked.
    public func error(_ exception: ModbusException, to request: ModbusRequest, of unit: UInt8) -> DeviceError {
        self.call(request, unit).error(exception)
    }

    private func call(_ request: ModbusRequest, _ unit: UInt8) -> ModbusCall {
        ModbusCall(
            command: request.description, device: self.device, address: self.link.address, unit: unit,
            isRead: request.isRead)
    }
}
