import Logging
import NIOHTTP1
public import Protocols

extension FinalesClient {
    /// Requests that wait for somebody, oldest first. What cannot be read is left out and logged.
    public func pendingRequests(
        quantity: String? = nil, method: String? = nil
    ) async throws(BrokerError) -> [RequestInfo] {
        let answer = try await self.call(
            "list pending requests", .GET, "/pending_requests/", query: Self.filter(quantity, method))
        let requests = try self.list("list pending requests", answer) { json throws(FinalesFormatError) in
            try RequestInfo(parsing: json)
        }
        return requests.sorted { $0.ctime.description < $1.ctime.description }
    }

    /// A request as it stands now; nil if the broker does not know it.
    public func request(_ id: String) async throws(BrokerError) -> RequestInfo? {
        let operation = "read request \(id)"
        let json = try await self.call(operation, .GET, "/requests/\(FormText.escape(id))").json(operation)
        return try self.object(operation, json) { json throws(FinalesFormatError) in try RequestInfo(parsing: json) }
    }

    /// Sets a request to pending, reserved or retracted. The broker lets everybody do so at any time: a reservation
    /// is a note to others, not a lock.
    public func setRequestStatus(
        _ id: String, _ status: RequestStatus, message: String? = nil
    ) async throws(BrokerError) {
        var query = [("request_id", id), ("new_status", status.rawValue)]
        if let message { query.append(("status_change_message", message)) }
        _ = try await self.call(
            "set request \(id) to \(status.rawValue)", .POST, "/requests/\(FormText.escape(id))/update_status/",
            query: query)
    }

    /// Asks for something, as an optimiser does.
    ///
    /// - Returns: the broker's id of the request.
    /// - Throws: `invalid` for other than exactly one method or for numbers that are not finite; nothing is sent then.
    public func postRequest(_ request: FinalesRequest) async throws(BrokerError) -> String {
        let operation = "post request for \(request.quantity)"
        guard request.methods.count == 1 else {
            throw BrokerError(
                .invalid, operation, detail: "\(request.methods.count) methods; the broker can store exactly one",
                advice: "Post one request per method.")
        }
        let json = request.json
        if let pointer = json.firstNotFinite() { throw .notFinite(operation, pointer) }
        let answer = try await self.call(operation, .POST, "/requests/", json: json.text())
        return try Self.identifier(operation, answer)
    }

    static func filter(_ quantity: String?, _ method: String?) -> [(String, String)] {
        [("quantity", quantity), ("method", method)].compactMap { name, value in value.map { (name, $0) } }
    }

    /// A bare JSON string with an id.
    static func identifier(_ operation: String, _ answer: BrokerAnswer) throws(BrokerError) -> String {
        guard let text = try answer.json(operation).string, let id = try? FinalesUUID(parsing: text) else {
            throw BrokerError(
                .garbled, operation, status: answer.status, detail: "the answer is no id", excerpt: answer.excerpt,
                advice: "Check that the address is that of a FINALES broker, not of a proxy.")
        }
        return id.description
    }

    /// `null` is the broker's way to say that there is no such thing.
    func object<Object>(
        _ operation: String, _ json: JSONValue, _ parse: (JSONValue) throws(FinalesFormatError) -> Object
    ) throws(BrokerError) -> Object? {
        if json.isNull { return nil }
        do {
            return try parse(json)
        } catch {
            throw BrokerError(
                .garbled, operation, detail: "\(error)", advice: "Look at this object at the broker; it is damaged.")
        }
    }

    /// One object that cannot be read does not hide the others.
    func list<Object>(
        _ operation: String, _ answer: BrokerAnswer, _ parse: (JSONValue) throws(FinalesFormatError) -> Object
    ) throws(BrokerError) -> [Object] {
        guard let items = try answer.json(operation).array else {
            throw BrokerError(
                .garbled, operation, status: answer.status, detail: "the answer is no list", excerpt: answer.excerpt,
                advice: "Check that the address is that of a FINALES broker.")
        }
        var objects: [Object] = []
        for item in items {
            do {
                objects.append(try parse(item))
            } catch {
                self.logger.warning("broker.unreadable", metadata: ["call": "\(operation)", "error": "\(error)"])
            }
        }
        return objects
    }
}

extension BrokerError {
    static func notFinite(_ operation: String, _ pointer: String) -> BrokerError {
        BrokerError(
            .invalid, operation, detail: "the number at \(pointer) is not finite",
            advice: "Leave it out: one such number makes the broker's lists unreadable for everybody.")
    }
}
