public import DeviceProfiles
public import Links

extension LinkTimeouts {
    public init(_ timing: ProfileTiming) {
        self.init(
            open: timing.open, write: timing.write, firstByte: timing.firstByte, betweenBytes: timing.betweenBytes,
            total: timing.total, pause: timing.pause)
    }
}

extension SerialSettings {
    public init(_ serial: ProfileLink.Serial) {
        let parity: Parity =
            switch serial.parity {
            case .none: .none
            case .even: .even
            case .odd: .odd
            }
        let flow: FlowControl =
            switch serial.flow {
            case .none: .none
            case .xonXoff: .xonXoff
            case .rtsCts: .rtsCts
            }
        self.init(
            baud: serial.baud, dataBits: serial.bits, parity: parity, stopBits: serial.stop, flowControl: flow)
    }
}

extension LinkRecovery {
    init(_ recovery: ProfileLink.Recovery) {
        switch recovery {
        case .drain(let quiet): self = .drain(quiet: quiet)
        case .reopen: self = .reopen
        }
    }
}
