/// What a drive on a maxon serial line answers: an error code, and for reads the object in four bytes.
public struct EposResponse: Sendable, Hashable {
    /// The code of every answer.
    public static let code: UInt8 = 0

    public var error: AbortCode
    /// Nil in answers to writes.
    public var value: UInt32?

    public init(error: AbortCode = .none, value: UInt32? = nil) {
        self.error = error
        self.value = value
    }

    /// Nil for a payload of another length.
    public init?(payload: [UInt8]) {
        guard payload.count == 4 || payload.count == 8 else { return nil }
        self.init(
            error: AbortCode(LittleEndian.value(payload)),
            value: payload.count == 8 ? LittleEndian.value(payload[4...]) : nil)
    }

    public var payload: [UInt8] {
        LittleEndian.bytes(self.error.rawValue) + (self.value.map { LittleEndian.bytes($0) } ?? [])
    }
}
