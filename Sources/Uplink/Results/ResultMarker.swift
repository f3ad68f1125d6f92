import Crypto
public import Protocols
public import Store

/// The mark by which a posted result is recognised later: `data.provenance {result, sha256}`.
public struct ResultMarker: Sendable, Hashable {
    /// Name of the member of a result's data.
    public static let member = "provenance"

    /// Our id of the result.
    public let result: String
    /// Of the data without the mark, as canonical JSON; in hexadecimal.
    public let sha256: String

    /// Reads the mark of a result's data; nil if there is none.
    public init?(in data: JSONObject) {
        guard let mark = data[Self.member], let result = mark["result"]?.string,
            let sha256 = mark["sha256"]?.string
        else { return nil }
        self.result = result
        self.sha256 = sha256
    }

    /// The mark that data would get.
    public init(result: UUIDv7, data: JSONObject) {
        var bare = data
        bare[Self.member] = nil
        self.result = result.description
        let digest = SHA256.hash(data: Array(JSONValue.object(bare).text(.canonical).utf8))
        self.sha256 = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    var json: JSONValue { ["result": .string(self.result), "sha256": .string(self.sha256)] }
}

extension NewResult {
    /// Makes the result that is kept and posted, with the mark where the capability's output schema leaves room for it.
    ///
    /// - Parameters:
    ///   - id: from the journal's `ids`.
    ///   - capability: what the broker expects; nil if that is not known, which leaves room.
    /// - Throws: `invalid` for a number that is not finite. It has to be left out or replaced where it arises.
    public init(id: UUIDv7, _ result: FinalesResult, capability: StoredCapability?) throws(BrokerError) {
        if let pointer = result.json.firstNotFinite() { throw .notFinite("make result \(id)", pointer) }
        let marker = ResultMarker(result: id, data: result.data)
        var marked = result
        if capability.map({ Self.leavesRoom($0.outputSchema) }) ?? true {
            marked.data[ResultMarker.member] = marker.json
        }
        self.init(
            id: id, requestID: result.requestUUID, quantity: result.quantity, method: result.method,
            payload: marked.json, sha256: marker.sha256)
    }

    /// Whether an object with a further member still fits.
    private static func leavesRoom(_ schema: JSONValue) -> Bool {
        if schema["properties"]?[ResultMarker.member] != nil { return false }
        if schema["additionalProperties"]?.bool ?? true == false { return false }
        return schema["additionalProperties"]?.object == nil
    }
}
