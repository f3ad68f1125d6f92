import NIOHTTP1
public import Protocols

extension FinalesClient {
    /// Delivers a result.
    ///
    /// - Parameter idempotencyKey: sent as `Idempotency-Key`; a broker that knows the header stores a result once.
    /// - Returns: the broker's id of the result.
    /// - Throws: `invalid` for numbers that are not finite; nothing is sent then.
    public func postResult(_ result: FinalesResult, idempotencyKey: String) async throws(BrokerError) -> String {
        let json = result.json
        if let pointer = json.firstNotFinite() { throw .notFinite("post result \(idempotencyKey)", pointer) }
        return try await self.postResult(body: json.text(), idempotencyKey: idempotencyKey)
    }

    /// Delivers a result whose body was written before.
    func postResult(body: String, idempotencyKey: String) async throws(BrokerError) -> String {
        let operation = "post result \(idempotencyKey)"
        let answer = try await self.call(
            operation, .POST, "/results/", json: body, headers: ["idempotency-key": idempotencyKey])
        return try Self.identifier(operation, answer)
    }

    /// The first result that the broker has for a request, deleted or not; nil if there is none.
    public func result(forRequest id: String) async throws(BrokerError) -> ResultInfo? {
        let operation = "read the result for request \(id)"
        let json = try await self.call(operation, .GET, "/results_requested/\(FormText.escape(id))").json(operation)
        return try self.object(operation, json) { json throws(FinalesFormatError) in try ResultInfo(parsing: json) }
    }

    /// All results of a capability, deleted ones included.
    public func results(
        quantity: String? = nil, method: String? = nil
    ) async throws(BrokerError) -> [ResultInfo] {
        let answer = try await self.call(
            "list results", .GET, "/results_requested/", query: Self.filter(quantity, method))
        return try self.list("list results", answer) { json throws(FinalesFormatError) in try ResultInfo(parsing: json)
        }
    }
}
