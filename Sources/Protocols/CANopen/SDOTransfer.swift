/// One object on its way between a client and a node, in one message or in segments: what the client says next.
public struct SDOTransfer: Sendable {
    public enum Progress: Sendable, Hashable {
        case send(SDORequest)
        /// What was read; empty for what was written.
        case done([UInt8])
        case failed(AbortCode)
        /// The answer belongs to another request.
        case unrelated
    }

    public let address: ObjectAddress
    /// The first message.
    public let opening: SDORequest
    /// More than any object read here; a longer one is refused.
    private static let longest = 4096

    private var toggle = false
    private var received: [UInt8]?
    private var toSend: ArraySlice<UInt8>
    private let writes: Bool

    public init(reading address: ObjectAddress) {
        self.address = address
        self.opening = .upload(address)
        self.toSend = []
        self.writes = false
    }

    public init(writing bytes: [UInt8], to address: ObjectAddress) {
        self.address = address
        self.writes = true
        let isExpedited = (1...4).contains(bytes.count)
        self.opening =
            isExpedited ? .download(address, bytes) : .beginDownload(address, size: UInt32(clamping: bytes.count))
        self.toSend = isExpedited ? [] : bytes[...]
    }

    public mutating func take(_ response: SDOResponse) -> Progress {
        guard response.address.map({ $0 == self.address }) ?? true else { return .unrelated }
        switch response {
        case .aborted(_, let code): return .failed(code)
        case .uploaded(_, let bytes) where !self.writes && self.received == nil: return .done(bytes)
        case .uploadBegun where !self.writes && self.received == nil:
            self.received = []
            return .send(.uploadSegment(toggle: false))
        case .segment(let toggle, let bytes, let isLast):
            guard let received else { return .unrelated }
            guard toggle == self.toggle else { return .failed(.toggle) }
            guard received.count + bytes.count <= Self.longest else { return .failed(.lengthMismatch) }
            self.received = received + bytes
            if isLast { return .done(received + bytes) }
            self.toggle.toggle()
            return .send(.uploadSegment(toggle: self.toggle))
        case .downloaded where self.writes: return self.nextSegment() ?? .done([])
        case .segmentTaken(let toggle) where self.writes:
            guard toggle == self.toggle else { return .failed(.toggle) }
            self.toggle.toggle()
            return self.nextSegment() ?? .done([])
        default: return .unrelated
        }
    }

    private mutating func nextSegment() -> Progress? {
        guard !self.toSend.isEmpty else { return nil }
        let piece = Array(self.toSend.prefix(7))
        self.toSend = self.toSend.dropFirst(7)
        return .send(.downloadSegment(toggle: self.toggle, piece, isLast: self.toSend.isEmpty))
    }
}
