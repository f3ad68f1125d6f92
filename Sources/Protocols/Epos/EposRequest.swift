/// What a host asks the drives on a maxon serial line. Drives other than the one on the line are reached through it.
public enum EposRequest: Sendable, Hashable {
    case read(ObjectAddress, node: UInt8)
    /// Objects shorter than four bytes lie in the low ones.
    case write(ObjectAddress, UInt32, node: UInt8)
    /// Node 0 means all nodes.
    case nmt(NMTCommand, node: UInt8)

    private enum Code: UInt8 {
        case readEpos2 = 0x10
        case writeEpos2 = 0x11
        case nmtEpos2 = 0x0E
        case readEpos4 = 0x60
        case writeEpos4 = 0x68
        case nmtEpos4 = 0x70
    }

    public func code(_ dialect: EposDialect) -> UInt8 {
        let code: Code =
            switch (self, dialect) {
            case (.read, .v2): .readEpos4
            case (.write, .v2): .writeEpos4
            case (.nmt, .v2): .nmtEpos4
            case (.read, _): .readEpos2
            case (.write, _): .writeEpos2
            case (.nmt, _): .nmtEpos2
            }
        return code.rawValue
    }

    /// EPOS4 names the node before the object, EPOS2 behind it.
    public func payload(_ dialect: EposDialect) -> [UInt8] {
        func place(_ address: ObjectAddress, _ node: UInt8) -> [UInt8] {
            let object = LittleEndian.bytes(address.index) + [address.subindex]
            return dialect == .v2 ? [node] + object : object + [node]
        }
        return switch self {
        case .read(let address, let node): place(address, node)
        case .write(let address, let value, let node): place(address, node) + LittleEndian.bytes(value)
        case .nmt(let command, let node):
            LittleEndian.bytes(UInt16(node)) + LittleEndian.bytes(UInt16(command.rawValue))
        }
    }

    /// Whether the drive answers beyond taking the message.
    public func isAnswered(_ dialect: EposDialect) -> Bool {
        if case .nmt = self { dialect != .v1 } else { true }
    }

    /// Nil for an unknown code, or a message of another length than its code has.
    public init?(code: UInt8, payload: [UInt8], _ dialect: EposDialect) {
        guard let code = Code(rawValue: code), payload.count >= 4 else { return nil }
        let place = dialect == .v2 ? Array(payload[1..<4]) : Array(payload[..<3])
        let node = dialect == .v2 ? payload[0] : payload[3]
        let address = ObjectAddress(UInt16(place[0]) | UInt16(place[1]) << 8, place[2])
        switch (code, dialect == .v2, payload.count) {
        case (.readEpos4, true, 4), (.readEpos2, false, 4): self = .read(address, node: node)
        case (.writeEpos4, true, 8), (.writeEpos2, false, 8):
            self = .write(address, LittleEndian.value(payload[4...]), node: node)
        case (.nmtEpos4, true, 4), (.nmtEpos2, false, 4):
            guard payload[1] == 0, payload[3] == 0, let command = NMTCommand(rawValue: payload[2]) else { return nil }
            self = .nmt(command, node: payload[0])
        default: return nil
        }
    }
}
