import Logging
import Protocols

/// Answers calls: who asks, what they want, and whether it may be had. Knows neither sockets nor SQL.
struct FrontDesk: Sendable {
    let configuration: BrokerConfiguration
    let book: RecordBook
    let schemas: SchemaShelf
    let logger: Logger

    var strict: Bool { self.configuration.strict }

    func answer(_ call: BrokerCall) async -> BrokerAnswer {
        do throws(Refusal) {
            return try await self.serve(call)
        } catch {
            if case .crash(let reason) = error {
                self.logger.error(
                    "broker.crash", metadata: ["call": "\(call.method) \(call.path)", "reason": "\(reason)"])
            }
            return error.answer
        }
    }

    private func serve(_ call: BrokerCall) async throws(Refusal) -> BrokerAnswer {
        let path = QueryText.decode(call.path, plusIsSpace: false)
        switch Route.match(method: call.method, path: path) {
        case .route(let route): return try await self.serve(route, call)
        case .methodNotAllowed(let allow):
            throw .detail(405, "Method Not Allowed", headers: [("allow", allow)])
        case .otherSlash: return self.redirection(call)
        case .nothing: throw .detail(404, "Not Found")
        }
    }

    private func serve(_ route: Route, _ call: BrokerCall) async throws(Refusal) -> BrokerAnswer {
        let query = QueryText(call.query)
        switch route {
        case .login: return try await self.logIn(call)
        case .documentation: return Documentation.page
        case .interfaceDescription: return try .json(Documentation.interface)
        case .postRequest:
            let body = try await self.admit(call)
            return try .json(.string(try await self.post(FinalesRequest(posted: body))))
        case .postResult:
            let body = try await self.admit(call)
            return try .json(.string(try await self.post(PostedResult(posted: body), key: call.idempotencyKey)))
        case .postUnsolicitedResult:
            let body = try await self.admit(call)
            return try .json(.string(try await self.postUnsolicited(PostedResult(posted: body))))
        default: break
        }
        let user = try await self.user(of: call)
        switch route {
        case .whoAmI: return try .json(self.description(of: user))
        case .request(let id): return try .json(try await self.request(id))
        case .pendingRequests: return try .json(try await self.pendingRequests(query))
        case .allRequests: return try .json(try await self.allRequests())
        case .updateRequest: return try .json(.string(try await self.updateRequest(query)))
        case .result(let id): return try .json(try await self.result(id))
        case .resultForRequest(let id): return try .json(try await self.firstResult(forRequest: id))
        case .results: return try .json(try await self.results(query))
        case .updateResult: return try .json(.string(try await self.updateResult(query)))
        case .capabilities: return try .json(try await self.capabilities(query))
        case .templates: return try .json(try await self.templates(query))
        case .limitations: return try .json(try await self.limitations(query))
        case .tenants: return try .json(try await self.tenants())
        case .dump(let key): return try await self.dump(key: key)
        default: return try .json("Hello! This is FINALES2.")
        }
    }

    /// Reads the body, and only then looks at who sent it.
    private func admit(_ call: BrokerCall) async throws(Refusal) -> CallBody {
        let body = try CallBody(call, depthLimit: self.configuration.depthLimit)
        _ = try await self.user(of: call)
        if self.strict, case .json(let value) = body, value.containsNonFinite {
            throw .bad("The body contains a number that is not finite")
        }
        return body
    }

    /// 307 to the same path with a trailing slash more or less, at the address that the caller used.
    private func redirection(_ call: BrokerCall) -> BrokerAnswer {
        let host = call.host ?? "\(self.configuration.host):\(self.configuration.port)"
        let path = Route.otherSlash(call.path)
        let query = call.query.map { $0.isEmpty ? "" : "?" + $0 } ?? ""
        return BrokerAnswer(status: 307, headers: [("location", "http://\(host)\(path)\(query)")], body: .bytes([]))
    }
}

/// Runs a piece of work on the database; what fails there is a crash, as in the original.
func recorded<Value>(_ work: () async throws -> Value) async throws(Refusal) -> Value {
    do {
        return try await work()
    } catch {
        throw error as? Refusal ?? .crash("\(error)")
    }
}

/// Compiled schemas by their text, because every post needs one.
actor SchemaShelf {
    private var schemas: [String: JSONSchema] = [:]

    /// The schema of a text; kept until the shelf holds too many.
    func schema(_ text: String) throws(Refusal) -> JSONSchema {
        if let schema = self.schemas[text] { return schema }
        do {
            let schema = try JSONSchema(try JSONValue(column: text))
            if self.schemas.count >= 256 { self.schemas.removeAll() }
            self.schemas[text] = schema
            return schema
        } catch {
            throw .crash("capability schema cannot be used: \(error)")
        }
    }
}
