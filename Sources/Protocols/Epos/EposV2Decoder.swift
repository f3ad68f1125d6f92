/// Finds frames of maxon's protocol V2 in what comes in, byte by byte. A `90 02` begins anew, wherever it stands; any other
/// single 0x90 ends what had begun.
public struct EposV2Decoder: Sendable {
    public enum Event: Sendable, Hashable {
        case frame(EposV2Frame)
        /// A frame whose checksum does not fit.
        case spoiled([UInt8])
    }

    /// Bytes that belonged to no frame.
    public private(set) var droppedBytes = 0
    private var message: [UInt8]?
    private var isEscaped = false

    public init() {}

    /// Whether the beginning of a frame waits for its rest.
    public var isWithinFrame: Bool { self.message != nil || self.isEscaped }

    public mutating func take(_ byte: UInt8) -> Event? {
        guard self.isEscaped else {
            if byte == EposV2Frame.dataLinkEscape {
                self.isEscaped = true
                return nil
            }
            return self.append(byte)
        }
        self.isEscaped = false
        switch byte {
        case EposV2Frame.startOfText:
            self.droppedBytes += self.message?.count ?? 0
            self.message = []
            return nil
        case EposV2Frame.dataLinkEscape where self.message != nil: return self.append(byte)
        case EposV2Frame.dataLinkEscape:
            self.droppedBytes += 1
            self.isEscaped = true
            return nil
        default:
            self.droppedBytes += 2
            self.lineWasQuiet()
            return nil
        }
    }

    /// The line has been quiet for longer than a frame may pause: what is there begins no frame any more.
    public mutating func lineWasQuiet() {
        self.droppedBytes += self.message?.count ?? 0
        self.message = nil
        self.isEscaped = false
    }

    private mutating func append(_ byte: UInt8) -> Event? {
        guard var message = self.message else {
            self.droppedBytes += 1
            return nil
        }
        message.append(byte)
        self.message = message
        guard message.count >= 4, message.count == 4 + 2 * Int(message[1]) else { return nil }
        self.message = nil
        return EposV2Frame(message: message).map(Event.frame) ?? .spoiled(message)
    }
}
