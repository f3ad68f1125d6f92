import DeviceKit
import Protocols

/// A request as messages name it, and what can go wrong with it in words.
struct ModbusCall: Sendable {
    let command: String
    let device: String
    let address: String
    var unit: UInt8 = 0
    var isRead = true

    /// Refuses what cannot be asked.
    func check(_ question: ModbusLineState.Question, _ framing: ModbusFraming) throws(DeviceError) {
        if let fault = question.request.fault {
            throw self.error(.misconfigured, fault, "Correct the register map in the device's profile.")
        }
        guard framing != .tcp else { return }
        if question.unit > 247 {
            throw self.error(.misconfigured, "a serial line has units 1 to 247", "Correct the device's unit.")
        }
        if question.unit == 0, question.request.isRead {
            throw self.error(
                .misconfigured, "nobody answers a read of all units", "Give the device its unit, 1 to 247.")
        }
    }

    func error(_ exception: ModbusException) -> DeviceError {
        let (code, advice): (DeviceError.Code, String) =
            switch exception {
            case .illegalFunction, .illegalAddress:
                (.misconfigured, "Compare the profile's register map with the manual of this model.")
            case .deviceFailure, .memoryParityError: (.faulted, "Look at the device; it reports a fault of its own.")
            case .acknowledge: (.busy, "The device is still at it; wait.")
            case .deviceBusy: (.busy, "Wait and try again.")
            case .gatewayPathUnavailable: (.absent, "Check the gateway's settings.")
            case .gatewayTargetSilent: (self.openCode(.timedOut), "Check that unit \(self.unit) is on and connected.")
            default: (.refused, "Check the value against the device's limits and state.")
            }
        return self.error(code, "unit \(self.unit) answers: \(exception)", advice)
    }

    func error(_ fault: ModbusLineFault, wasSent: Bool) -> DeviceError {
        let detail = "unit \(self.unit) at \(self.address): \(fault.description)"
        return switch fault {
        case .silence:
            self.error(self.openCode(.timedOut), detail, "Check that the device is on, connected, and has this unit.")
        case .strangers, .wrongUnit:
            self.error(self.openCode(.garbled), detail, "Check that each unit is there once and nobody else asks.")
        case .truncated, .badChecksum, .framingLost, .misfit:
            self.error(self.openCode(.garbled), detail, "Check baud rate, parity, wiring and termination of the line.")
        case .lost:
            self.error(wasSent ? self.openCode(.timedOut) : .absent, detail, "Check plug and power of the device.")
        case .abandoned, .closed:
            self.error(
                wasSent && !self.isRead ? .unknownOutcome : .cancelled, detail, "Nothing is to be done.")
        }
    }

    func error(_ refusal: TurnQueue.Refusal, within limit: Duration) -> DeviceError {
        switch refusal {
        case .cancelled: self.error(.cancelled, "stopped before anything was sent", "Nothing is to be done.")
        case .timedOut:
            self.error(.busy, "\(self.address) was in use for \(limit)", "Poll less often, or split the line.")
        case .full:
            self.error(.busy, "too many requests wait for \(self.address)", "Poll less often, or split the line.")
        }
    }

    func error(_ error: LinkOpeningError) -> DeviceError {
        switch error.reason {
        case .absent: self.error(.absent, error.description, "Check that the device is on and connected.")
        case .busy: self.error(.busy, error.description, "End the other program, or give the agent another device.")
        case .misconfigured:
            self.error(.misconfigured, error.description, "Correct the device's endpoint in the configuration.")
        case .cancelled: self.error(.cancelled, error.description, "Nothing is to be done.")
        case .unidentified:
            self.error(.unsafe, error.description, "Nothing was sent. See `edge-agent devices`.")
        }
    }

    private func openCode(_ ofRead: DeviceError.Code) -> DeviceError.Code {
        self.isRead ? ofRead : .unknownOutcome
    }

    private func error(_ code: DeviceError.Code, _ detail: String, _ advice: String) -> DeviceError {
        DeviceError(code, device: self.device, command: self.command, detail, advice: advice)
    }
}
