/// How an answer that arrived whole does not fit its request.
public enum ModbusMisfit: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case wrongFunction(UInt8, instead: UInt8)
    /// In bytes, function code included.
    case wrongLength(Int, instead: Int)
    /// What the device says it wrote is not what it was told to write.
    case wrongEcho
    case unknownException(UInt8)

    public var description: String {
        switch self {
        case .empty: "an empty answer"
        case .wrongFunction(let found, let expected): "an answer to function \(found) instead of \(expected)"
        case .wrongLength(let found, let expected): "an answer of \(found) bytes instead of \(expected)"
        case .wrongEcho: "the device repeats another address or value than it was told"
        case .unknownException(let code): "exception \(code), which does not exist"
        }
    }
}
