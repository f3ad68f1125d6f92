/// A frame by the service that the predefined connection set of CiA 301 gives its identifier.
public enum CANopenMessage: Sendable, Hashable {
    /// Node 0 means all nodes.
    case nmt(NMTCommand, node: UInt8)
    case emergency(EmergencyMessage, node: UInt8)
    case sdoRequest(SDORequest, node: UInt8)
    case sdoResponse(SDOResponse, node: UInt8)
    case heartbeat(NMTState, node: UInt8)
    /// Synchronisation, process data, layer settings, or garbage.
    case other(CANFrame)

    public init(_ frame: CANFrame) {
        let node = UInt8(frame.identifier & 0x7F)
        let bytes = frame.payload
        switch frame.identifier >> 7 {
        case _ where frame.isRemote: self = .other(frame)
        case 0 where node == 0 && bytes.count == 2:
            self = NMTCommand(rawValue: bytes[0]).map { .nmt($0, node: bytes[1]) } ?? .other(frame)
        case 0x1 where node > 0:
            self = EmergencyMessage(parsing: bytes).map { .emergency($0, node: node) } ?? .other(frame)
        case 0xB where node > 0:
            self = SDOResponse(parsing: bytes).map { .sdoResponse($0, node: node) } ?? .other(frame)
        case 0xC where node > 0:
            self = SDORequest(parsing: bytes).map { .sdoRequest($0, node: node) } ?? .other(frame)
        case 0xE where node > 0 && bytes.count == 1:
            self = NMTState(rawValue: bytes[0] & 0x7F).map { .heartbeat($0, node: node) } ?? .other(frame)
        default: self = .other(frame)
        }
    }

    public var frame: CANFrame {
        switch self {
        case .nmt(let command, let node): CANFrame(0, [command.rawValue, node])
        case .emergency(let message, let node): CANFrame(0x080 + UInt16(node), message.bytes)
        case .sdoResponse(let response, let node): CANFrame(0x580 + UInt16(node), response.bytes)
        case .sdoRequest(let request, let node): CANFrame(0x600 + UInt16(node), request.bytes)
        case .heartbeat(let state, let node): CANFrame(0x700 + UInt16(node), [state.rawValue])
        case .other(let frame): frame
        }
    }
}
