import DeviceKit
import GRPCCore
import SiLA2
import SwiftProtobuf

/// Why a call to a SiLA 2 server did not give an answer.
///
/// SiLA's own errors travel as gRPC status ABORTED with a base 64 encoded `SiLAError` as message (SiLA 2 Part B).
enum SiLAFailure: Error, Hashable {
    /// A parameter is not acceptable; nothing happened.
    case parameter(identifier: String, message: String)
    /// An error that the feature defines.
    case defined(identifier: String, message: String)
    /// An error during execution that the feature does not define.
    case undefined(message: String)
    case framework(SiLAFrameworkError.ErrorType, message: String)
    /// An ABORTED status whose message is not a SiLA error.
    case garbled(message: String)
    /// An error of gRPC or of the connection below.
    case transport(RPCError.Code, message: String)
    /// The calling task was cancelled.
    case cancelled

    init(_ error: any Error) {
        switch error {
        case is CancellationError: self = .cancelled
        case let failure as Self: self = failure
        case let error as RPCError where error.code == .aborted: self.init(abortedWith: error.message)
        case let error as RPCError where error.code == .cancelled && Task.isCancelled: self = .cancelled
        case let error as RPCError:
            self = .transport(error.code, message: error.message)
        case let error as RuntimeError: self = .transport(.unavailable, message: error.message)
        default: self = .transport(.unknown, message: "\(error)")
        }
    }

    /// Reads the message of a call that ended with status ABORTED.
    init(abortedWith text: String) {
        guard let bytes = Base64.bytes(of: text), let error = try? SiLASiLAError(serializedBytes: bytes),
            let kind = error.error
        else {
            self = .garbled(message: text)
            return
        }
        switch kind {
        case .validationError(let error):
            self = .parameter(identifier: error.parameter, message: error.message)
        case .definedExecutionError(let error):
            self = .defined(identifier: error.errorIdentifier, message: error.message)
        case .undefinedExecutionError(let error): self = .undefined(message: error.message)
        case .frameworkError(let error): self = .framework(error.errorType, message: error.message)
        }
    }

    /// Whether the server itself said no, so that it is known that the command did not start.
    var isRefusal: Bool {
        switch self {
        case .parameter, .defined, .undefined, .framework: true
        case .transport(.unimplemented, _), .transport(.unauthenticated, _), .transport(.permissionDenied, _): true
        case .garbled, .transport, .cancelled: false
        }
    }
}

extension SiLAFailure {
    /// What this means for the device. `mayHaveMoved`: the command moves something, and was sent.
    func error(device: String, command: String, mayHaveMoved: Bool = false) -> DeviceError {
        let (code, detail, advice) = self.meaning
        guard mayHaveMoved, !self.isRefusal else {
            return DeviceError(code, device: device, command: command, detail, advice: advice)
        }
        return DeviceError(
            .unknownOutcome, device: device, command: command, "\(detail), after the command had been sent",
            advice: "Look at the device and compare with the state read back before going on. \(advice)")
    }

    private var meaning: (DeviceError.Code, detail: String, advice: String) {
        switch self {
        case .parameter(let identifier, let message):
            (.refused, "the server refused \(identifier.lastPart): \(message)", "Use a value that the device allows.")
        case .defined(let identifier, let message):
            Self.definedMeaning(of: identifier.lastPart, message)
        case .undefined(let message):
            (.refused, "the server reports: \(message)", "Look at the device and at the log of its server.")
        case .framework(.invalidCommandExecutionUuid, let message):
            (.refused, "the server does not know this execution: \(message)", "The server may have been restarted.")
        case .framework(.invalidMetadata, let message), .framework(.noMetadataAllowed, let message):
            (
                .misconfigured, "the server rejects the metadata: \(message)",
                "Check the valve index of this device in the configuration."
            )
        case .framework(let type, let message):
            (.refused, "framework error \(type): \(message)", "Try again once the server is idle.")
        case .garbled(let message):
            (
                .garbled, "unreadable error “\(message.prefix(80))”",
                "Check that the address belongs to a SiLA 2 server."
            )
        case .transport(let code, let message):
            Self.transportMeaning(of: code, message)
        case .cancelled:
            (.cancelled, "the call was given up on demand", "Nothing to do.")
        }
    }

    private static func definedMeaning(
        of name: Substring, _ message: String
    ) -> (DeviceError.Code, detail: String, advice: String) {
        switch name {
        case "PumpIsInFaultState", "InitializationFailed":
            (
                .faulted, "\(name): \(message)",
                "Remove the cause (blocked line, closed valve, end stop), then clear the fault."
            )
        case "PumpIsNotEnabled", "InitializationNotFinished":
            (.refused, "\(name): \(message)", "Clear the fault, which also enables the drive.")
        case "InvalidValveIndex", "UnimplementedFeature", "ValveNotToggleable", "NotSupported":
            (.misconfigured, "\(name): \(message)", "Check this device's entry in the configuration.")
        case "ValvePositionNotAvailable":
            (.faulted, "\(name): \(message)", "Check that the valve is powered and its rotor runs freely.")
        default:
            (.refused, "\(name): \(message)", "Look at the device and at the log of its server.")
        }
    }

    private static func transportMeaning(
        of code: RPCError.Code, _ message: String
    ) -> (DeviceError.Code, detail: String, advice: String) {
        switch code {
        case .deadlineExceeded:
            (.timedOut, "no answer in time", "Check the network and whether the server still runs.")
        case .unimplemented:
            (
                .misconfigured, "the server lacks this command: \(message)",
                "Check that the address belongs to a CETONI server of the right kind and version."
            )
        case .unauthenticated, .permissionDenied:
            (.refused, "\(code): \(message)", "Check the server's access settings.")
        case .internalError, .unknown, .dataLoss:
            (.garbled, "\(code): \(message)", "Check that the address belongs to a SiLA 2 server.")
        default:
            (
                .absent, "no connection: \(message)",
                "Check that the server runs, its address and port, the network and the certificate."
            )
        }
    }
}

extension String {
    /// What follows the last slash of a fully qualified identifier.
    fileprivate var lastPart: Substring { self.split(separator: "/").last ?? self[...] }
}
