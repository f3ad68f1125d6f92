import Protocols

/// Why an exchange on a Modbus line brought no answer.
enum ModbusLineFault: Error {
    /// Nothing came in time.
    case silence(Duration)
    /// Only answers to others came.
    case strangers(String)
    /// An answer began and stopped.
    case truncated
    case badChecksum
    /// It cannot be told where the next answer begins.
    case framingLost(String)
    /// The answer to this request, from another unit.
    case wrongUnit(UInt8)
    case misfit(ModbusMisfit)
    case lost(String)
    /// Given up, since something more urgent came or the task was cancelled.
    case abandoned
    /// Closed on demand.
    case closed

    var description: String {
        switch self {
        case .silence(let limit): "no answer within \(limit)"
        case .strangers(let what): "no answer but \(what)"
        case .truncated: "the answer stopped before its end"
        case .badChecksum: "an answer with a wrong checksum"
        case .framingLost(let what): what
        case .wrongUnit(let unit): "unit \(unit) answered instead"
        case .misfit(let misfit): "\(misfit)"
        case .lost(let reason): reason
        case .abandoned: "given up while waiting for the answer"
        case .closed: "the line was closed"
        }
    }
}
