public import Protocols

/// A result that is about to be kept and later posted.
public struct NewResult: Sendable, Hashable, Identifiable {
    /// From the journal's `ids`, made beforehand since the payload carries it.
    public let id: UUIDv7
    /// The broker's id of the request it answers.
    public let requestID: String
    public let quantity: String
    public let method: String
    /// The whole body of the post.
    public let payload: JSONValue
    /// SHA-256, in hexadecimal, by which the result is recognised at the broker.
    public let sha256: String

    public init(
        id: UUIDv7, requestID: String, quantity: String, method: String, payload: JSONValue, sha256: String
    ) {
        self.id = id
        self.requestID = requestID
        self.quantity = quantity
        self.method = method
        self.payload = payload
        self.sha256 = sha256
    }
}

/// A file with raw data of an instrument.
public struct RawFile: Sendable, Hashable {
    /// Relative to the state directory, or absolute.
    public let path: String
    /// In hexadecimal.
    public let sha256: String
    /// Size in bytes.
    public let size: Int64

    public init(path: String, sha256: String, size: Int64) {
        self.path = path
        self.sha256 = sha256
        self.size = size
    }
}
