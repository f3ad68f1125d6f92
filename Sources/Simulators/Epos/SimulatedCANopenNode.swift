import DeviceKit
import Protocols

/// A drive as a node of a CANopen bus: network management, service data server, heartbeat and emergencies.
struct SimulatedCANopenNode: Sendable {
    let drive: SimulatedEposDrive
    private var state = NMTState.preOperational
    private var reported: UInt16?
    private var lastHeartbeat: LabClock.Instant?
    /// The rest of an object that goes out in segments.
    private var segments: ArraySlice<UInt8> = []
    private var toggle = false

    init(_ drive: SimulatedEposDrive) { self.drive = drive }

    func bootUp() -> CANopenMessage { .heartbeat(.bootUp, node: self.drive.node) }

    mutating func take(_ message: CANopenMessage) async -> [CANopenMessage] {
        let node = self.drive.node
        switch message {
        case .nmt(let command, let addressee) where addressee == 0 || addressee == node:
            return await self.obey(command)
        case .sdoRequest(let request, node) where self.state != .stopped:
            return await self.answer(request).map { [.sdoResponse($0, node: node)] } ?? []
        default: return []
        }
    }

    /// What it says unasked now.
    mutating func speak(fault: UInt16?, heartbeat period: UInt32, now: LabClock.Instant) -> [CANopenMessage] {
        var messages: [CANopenMessage] = []
        if fault != self.reported {
            self.reported = fault
            let message = EmergencyMessage(code: fault ?? 0, register: fault == nil ? 0 : 0x21)
            messages.append(.emergency(message, node: self.drive.node))
        }
        let last = self.lastHeartbeat ?? now
        if period > 0, self.lastHeartbeat == nil || last.duration(to: now) >= .milliseconds(Int(period)) {
            self.lastHeartbeat = now
            messages.append(.heartbeat(self.state, node: self.drive.node))
        }
        return messages
    }

    private mutating func obey(_ command: NMTCommand) async -> [CANopenMessage] {
        switch command {
        case .start: self.state = .operational
        case .stop: self.state = .stopped
        case .preOperational: self.state = .preOperational
        case .resetNode, .resetCommunication:
            if command == .resetNode { await self.drive.losePower() }
            self.state = .preOperational
            self.segments = []
            return [self.bootUp()]
        }
        return []
    }

    private mutating func answer(_ request: SDORequest) async -> SDOResponse? {
        switch request {
        case .upload(let address):
            switch await self.drive.upload(address) {
            case .success(let bytes) where bytes.count <= 4: return .uploaded(address, bytes)
            case .success(let bytes):
                self.segments = bytes[...]
                self.toggle = false
                return .uploadBegun(address, size: UInt32(bytes.count))
            case .failure(let code): return .aborted(address, code)
            }
        case .uploadSegment(let toggle):
            guard !self.segments.isEmpty, toggle == self.toggle else {
                return .aborted(ObjectAddress(0), self.segments.isEmpty ? .unknownCommand : .toggle)
            }
            let piece = Array(self.segments.prefix(7))
            self.segments = self.segments.dropFirst(7)
            self.toggle.toggle()
            return .segment(toggle: toggle, piece, isLast: self.segments.isEmpty)
        case .download(let address, let bytes):
            let value = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let code = await self.drive.download(address, value, size: bytes.count)
            return code == .none ? .downloaded(address) : .aborted(address, code)
        case .beginDownload(let address, _): return .aborted(address, .readOnly)
        case .downloadSegment: return .aborted(ObjectAddress(0), .unknownCommand)
        case .abort:
            self.segments = []
            return nil
        }
    }
}
