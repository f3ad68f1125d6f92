/// What a client asks a CANopen node's service data server (CiA 301): always eight bytes.
public enum SDORequest: Sendable, Hashable {
    case upload(ObjectAddress)
    case uploadSegment(toggle: Bool)
    /// At most four bytes.
    case download(ObjectAddress, [UInt8])
    case beginDownload(ObjectAddress, size: UInt32)
    /// At most seven bytes.
    case downloadSegment(toggle: Bool, [UInt8], isLast: Bool)
    case abort(ObjectAddress, AbortCode)

    public var bytes: [UInt8] {
        switch self {
        case .upload(let address): SDOLayout.bytes(0x40, address, [])
        case .uploadSegment(let toggle): SDOLayout.bytes(toggle ? 0x70 : 0x60, [])
        case .download(let address, let bytes):
            SDOLayout.bytes(0x23 | UInt8(4 - min(bytes.count, 4)) << 2, address, bytes)
        case .beginDownload(let address, let size): SDOLayout.bytes(0x21, address, LittleEndian.bytes(size))
        case .downloadSegment(let toggle, let bytes, let isLast):
            SDOLayout.bytes((toggle ? 0x10 : 0) | UInt8(7 - min(bytes.count, 7)) << 1 | (isLast ? 1 : 0), bytes)
        case .abort(let address, let code): SDOLayout.bytes(0x80, address, LittleEndian.bytes(code.rawValue))
        }
    }

    /// Nil for what is no request.
    public init?(parsing bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        let (command, address) = (bytes[0], SDOLayout.address(bytes))
        switch command >> 5 {
        case 0:
            let count = 7 - Int(command >> 1 & 7)
            self = .downloadSegment(
                toggle: command & 0x10 != 0, Array(bytes[1..<1 + count]), isLast: command & 1 != 0)
        case 1 where command & 2 != 0:
            self = .download(address, Array(bytes[4..<8 - (command & 1 != 0 ? Int(command >> 2 & 3) : 0)]))
        case 1: self = .beginDownload(address, size: LittleEndian.value(bytes[4...]))
        case 2: self = .upload(address)
        case 3: self = .uploadSegment(toggle: command & 0x10 != 0)
        case 4: self = .abort(address, AbortCode(LittleEndian.value(bytes[4...])))
        default: return nil
        }
    }
}

/// What all service data messages have in common.
enum SDOLayout {
    static func bytes(_ command: UInt8, _ address: ObjectAddress, _ rest: [UInt8]) -> [UInt8] {
        Self.bytes(command, LittleEndian.bytes(address.index) + [address.subindex] + rest)
    }

    static func bytes(_ command: UInt8, _ rest: [UInt8]) -> [UInt8] {
        let rest = rest.prefix(7)
        return [command] + rest + Array(repeating: 0, count: 7 - rest.count)
    }

    static func address(_ bytes: [UInt8]) -> ObjectAddress {
        ObjectAddress(UInt16(bytes[1]) | UInt16(bytes[2]) << 8, bytes[3])
    }
}
