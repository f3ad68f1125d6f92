import DeviceKit
import Protocols

/// One reading or writing of an object in a drive's dictionary.
struct ObjectAccess: Sendable {
    /// Name for messages.
    var device: String
    /// 1…127
    var node: UInt8
    var entry: ObjectEntry
    /// What is written; nil reads.
    var value: Int?
    var priority = LinkPriority.run
    /// What it means when no answer comes.
    var silence = DeviceError.Code.timedOut
    /// Asked when the line is free: what a stop has overtaken is not sent any more.
    var isWanted: @Sendable () async -> Bool = { true }

    /// Brings a drive to rest.
    var isStop: Bool {
        self.priority == .stop && self.entry == EposObject.controlword && self.value == Controlword.halt
    }

    var command: String {
        let object = "\(self.entry.name) \(self.entry.address)"
        return self.value.map { "write \(object) = \($0)" } ?? "read \(object)"
    }

    func error(_ code: DeviceError.Code, _ detail: String, advice: String) -> DeviceError {
        DeviceError(code, device: self.device, command: self.command, detail, advice: advice)
    }

    /// The drive, or the one that passes on to it, said no.
    func error(_ abort: AbortCode) -> DeviceError {
        switch abort {
        case .timedOut, .checksum:
            self.error(
                self.silence, "node \(self.node): \(abort)",
                advice: "Check the drive's power, its node id and the bus between the drives.")
        case .noSuchObject, .noSuchSubindex:
            self.error(
                .misconfigured, "node \(self.node): \(abort)",
                advice: "Check the profile: this drive is of another family than it says.")
        default:
            self.error(
                .refused, "node \(self.node): \(abort)",
                advice: "Nothing happened. Look at the drive's state and limits.")
        }
    }

    /// An error of the line, in the name of the device.
    func named(_ error: DeviceError) -> DeviceError {
        DeviceError(error.code, device: self.device, command: self.command, error.detail, advice: error.advice)
    }

    var cancelled: DeviceError {
        self.error(.cancelled, "a stop came first; nothing was sent", advice: "Nothing is to be done.")
    }
}
