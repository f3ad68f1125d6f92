import GRPCCore
import SiLA2
import SwiftProtobuf

/// A SiLA 2 error on its way to the client: status ABORTED with the base 64 encoded `SiLAError` as message.
struct SiLARefusal: Error, RPCErrorConvertible {
    var error: SiLASiLAError

    static func parameter(_ identifier: String, _ message: String) -> Self {
        Self {
            $0.validationError = SiLAValidationError.with {
                $0.parameter = identifier; $0.message = message
            }
        }
    }

    static func defined(_ feature: String, _ name: String, _ message: String) -> Self {
        Self {
            $0.definedExecutionError = SiLADefinedExecutionError.with {
                $0.errorIdentifier = "\(feature)/DefinedExecutionError/\(name)"
                $0.message = message
            }
        }
    }

    static func undefined(_ message: String) -> Self {
        Self { $0.undefinedExecutionError = SiLAUndefinedExecutionError.with { $0.message = message } }
    }

    static func framework(_ type: SiLAFrameworkError.ErrorType, _ message: String) -> Self {
        Self {
            $0.frameworkError = SiLAFrameworkError.with {
                $0.errorType = type; $0.message = message
            }
        }
    }

    private init(_ fill: (inout SiLASiLAError) -> Void) { self.error = SiLASiLAError.with(fill) }

    var rpcErrorCode: RPCError.Code { .aborted }
    var rpcErrorMessage: String {
        let bytes: [UInt8]? = try? self.error.serializedBytes()
        return Base64.text(of: bytes ?? [])
    }
    var rpcErrorMetadata: Metadata { [:] }
    var rpcErrorCause: (any Error)? { nil }
}
