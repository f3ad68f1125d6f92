import Protocols
import Store

extension AgentError {
    static func wrap<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws(StoreError) -> Value
    ) async throws(AgentError) -> Value {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw AgentError(.storage, "\(error)")
        }
    }
}

extension JSONValue {
    /// For the journal. What cannot be kept must not be done.
    init(kept value: some Encodable) throws(AgentError) {
        do {
            try self.init(encoding: value)
        } catch {
            throw AgentError(.storage, "\(type(of: value)) cannot be kept: \(error). This is a defect; report it.")
        }
    }
}
