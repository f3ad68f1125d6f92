import DeviceKit
import Methods
import Store
import Uplink

extension OperatorError {
    /// Sorts any error of this program into the statuses that all verbs share.
    public init(describing error: any Error) {
        switch error {
        case let error as OperatorError: self = error
        case let error as AgentError: self.init(error.status, error.description)
        case let error as StoreError: self.init(error.status, error.description)
        case let error as DeviceError:
            self.init(error.code == .misconfigured ? .misconfigured : .unavailable, error.description)
        case let error as BrokerError:
            self.init(error.code == .misconfigured ? .misconfigured : .unavailable, error.description)
        case let error as RequestRefusal: self.init(.badData, error.reason)
        case let error as SourceDiagnostics: self.init(.misconfigured, error.description)
        case is CancellationError: self.init(.interrupted, "interrupted")
        default: self.init(.inputOutput, "\(error)")
        }
    }

    /// Runs `body`; whatever it throws is sorted as `init(describing:)` does.
    static func wrap<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async throws(OperatorError) -> Value {
        do {
            return try await body()
        } catch {
            throw OperatorError(describing: error)
        }
    }
}

extension AgentError {
    var status: ExitStatus {
        switch self.code {
        case .misconfigured: .misconfigured
        case .badState: .badData
        case .unavailable, .runFailed: .unavailable
        case .storage: .inputOutput
        }
    }
}

extension StoreError {
    var status: ExitStatus {
        switch self.code {
        case .locked: .unavailable
        case .notFound, .duplicate, .illegalTransition, .heldByAnother, .staleRevision: .badData
        default: .inputOutput
        }
    }
}
