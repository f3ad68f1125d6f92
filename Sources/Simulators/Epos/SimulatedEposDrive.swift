import DeviceKit
import Protocols

/// A maxon drive as its object dictionary shows it: the state machine of CiA 402 and the modes that a pump uses, on top of a
/// syringe pump's model. It knows nothing of lines and frames.
public actor SimulatedEposDrive {
    /// Which family's objects it has.
    public enum Family: Sendable, Hashable { case epos2, epos4 }

    public nonisolated let node: UInt8
    public nonisolated let family: Family
    public private(set) var faults = EposDriveFaults()
    let model: any SyringePumpModel
    /// Objects that keep what is written and do nothing by themselves.
    var parameters: [ObjectAddress: UInt32] = [:]
    var state: DriveState
    var controlword = 0
    var target: Int?
    var isAcknowledged = false
    var homing = Homing.none
    /// Counts the motions begun and ended, so that one which was overtaken is noticed.
    var motions = 0
    /// Motion that ended by a halt; the target that would be resumed.
    var halted: Int?
    private let isTrembling: Bool
    private var glances = 0

    enum Homing: Sendable, Hashable { case none, running, attained, failed }

    /// - Parameters:
    ///   - node: 1…127.
    ///   - isEnabled: a drive that a host has enabled before; otherwise it has just been switched on.
    ///   - isTrembling: whether its position is never quite the same, as that of a servo is.
    public init(
        node: UInt8, family: Family, model: any SyringePumpModel, isEnabled: Bool = true, isTrembling: Bool = true
    ) {
        self.isTrembling = isTrembling
        self.node = node
        self.family = family
        self.model = model
        self.state = isEnabled ? .operationEnabled : .switchOnDisabled
    }

    public func set(faults: EposDriveFaults) { self.faults = faults }
    func change(_ faults: (inout EposDriveFaults) -> Void) { faults(&self.faults) }

    /// As after its supply came back.
    public func losePower() async {
        await self.model.disable()
        self.parameters = [:]
        self.controlword = 0
        self.target = nil
        self.halted = nil
        self.isAcknowledged = false
        self.homing = .none
        self.state = .switchOnDisabled
    }

    /// Takes over what happened to the pump since it was last asked.
    func follow(_ pump: SyringePumpModelState) {
        if pump.isFaulted {
            self.state = .fault
        } else if !pump.isEnabled, self.state == .operationEnabled || self.state == .quickStopActive {
            self.state = .switchOnDisabled
        }
        if self.homing == .running, !pump.isMoving, pump.isReferenced { self.homing = .attained }
        if self.state != .operationEnabled, self.homing == .running { self.homing = .failed }
    }

    /// Counts by which a servo that holds its place is off it at this glance.
    func tremble() -> Int {
        guard self.isTrembling, self.state == .operationEnabled else { return 0 }
        self.glances += 1
        return [0, 1, -1, 1, 0, -1, -1][self.glances % 7]
    }

    var mode: Int { Int(Int8(truncatingIfNeeded: self.parameters[EposObject.mode.address] ?? 1)) }

    /// Whether the drive is in its fault state, and why; for emergency messages.
    func faultCode() async -> UInt16? {
        self.follow(await self.model.state())
        return self.state == .fault ? self.faults.errorCode : nil
    }

    func statusword(_ pump: SyringePumpModelState) -> UInt32 {
        let states: [DriveState: UInt32] = [
            .notReady: 0x00, .switchOnDisabled: 0x40, .readyToSwitchOn: 0x21, .switchedOn: 0x23,
            .operationEnabled: 0x37,
            .quickStopActive: 0x17, .faultReaction: 0x0F, .fault: 0x08,
        ]
        var word = (states[self.state] ?? 0) | (self.family == .epos2 ? 0x0100 : 0)
        guard self.state == .operationEnabled else { return word }
        if self.mode == DriveMode.homing {
            switch self.homing {
            case .none, .running: break
            case .attained: word |= 1 << 12 | 1 << 10
            case .failed: word |= 1 << 13
            }
        } else {
            if self.isAcknowledged { word |= 1 << 12 }
            if self.isTargetReached(pump) { word |= 1 << 10 }
        }
        return word
    }

    private func isTargetReached(_ pump: SyringePumpModelState) -> Bool {
        guard !pump.isMoving, !self.faults.isStuck else { return false }
        guard let target, self.halted == nil, !self.faults.lies else { return true }
        return abs(pump.positionCounter - target) <= 1
    }
}
