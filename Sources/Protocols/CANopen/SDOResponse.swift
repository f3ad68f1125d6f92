/// What a CANopen node's service data server answers (CiA 301): always eight bytes.
public enum SDOResponse: Sendable, Hashable {
    /// An object of at most four bytes.
    case uploaded(ObjectAddress, [UInt8])
    /// A longer object follows in segments.
    case uploadBegun(ObjectAddress, size: UInt32)
    case segment(toggle: Bool, [UInt8], isLast: Bool)
    case downloaded(ObjectAddress)
    case segmentTaken(toggle: Bool)
    case aborted(ObjectAddress, AbortCode)

    public var bytes: [UInt8] {
        switch self {
        case .uploaded(let address, let bytes):
            SDOLayout.bytes(0x43 | UInt8(4 - min(bytes.count, 4)) << 2, address, bytes)
        case .uploadBegun(let address, let size): SDOLayout.bytes(0x41, address, LittleEndian.bytes(size))
        case .segment(let toggle, let bytes, let isLast):
            SDOLayout.bytes((toggle ? 0x10 : 0) | UInt8(7 - min(bytes.count, 7)) << 1 | (isLast ? 1 : 0), bytes)
        case .downloaded(let address): SDOLayout.bytes(0x60, address, [])
        case .segmentTaken(let toggle): SDOLayout.bytes(toggle ? 0x30 : 0x20, [])
        case .aborted(let address, let code): SDOLayout.bytes(0x80, address, LittleEndian.bytes(code.rawValue))
        }
    }

    /// Nil for what is no answer.
    public init?(parsing bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        let (command, address) = (bytes[0], SDOLayout.address(bytes))
        switch command >> 5 {
        case 0:
            let count = 7 - Int(command >> 1 & 7)
            self = .segment(toggle: command & 0x10 != 0, Array(bytes[1..<1 + count]), isLast: command & 1 != 0)
        case 1: self = .segmentTaken(toggle: command & 0x10 != 0)
        case 2 where command & 2 != 0:
            self = .uploaded(address, Array(bytes[4..<8 - (command & 1 != 0 ? Int(command >> 2 & 3) : 0)]))
        case 2: self = .uploadBegun(address, size: LittleEndian.value(bytes[4...]))
        case 3: self = .downloaded(address)
        case 4: self = .aborted(address, AbortCode(LittleEndian.value(bytes[4...])))
        default: return nil
        }
    }

    /// The object that it is about; nil for segments, which do not say.
    public var address: ObjectAddress? {
        switch self {
        case .uploaded(let address, _), .uploadBegun(let address, _), .downloaded(let address),
            .aborted(let address, _):
            address
        case .segment, .segmentTaken: nil
        }
    }
}
