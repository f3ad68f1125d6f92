public import DeviceKit
import Protocols

/// A CETONI Nemesys syringe pump by the object dictionary of its maxon drive (CiA 402), over a serial line or a CAN bus.
///
/// Moves go to absolute positions, one after the other, and end with the position read back; `stop()` waits for none.
public actor EposSyringePump: SyringePump {
    public nonisolated let name: String
    public nonisolated let syringe: SyringeGeometry
    public nonisolated let capacity: Volume
    /// From the syringe and the configured limit. The drive's own limit is read from it.
    public nonisolated let flowRange: ClosedRange<FlowRate>

    nonisolated let bus: any ObjectBus
    nonisolated let node: UInt8
    nonisolated let family: EposFamily
    let clock: LabClock
    /// How far from its goal a plunger may rest.
    let tolerance: Volume
    /// Wall time a move may take beyond volume divided by flow.
    let margin: Duration
    let allowsUnreferenced: Bool
    let moves = Turnstile()

    var scale: (value: EposScale, opening: Int)?
    /// Nil until the drive has been asked: then whether it has kept its power since it was enabled.
    var isReferenced: Bool?
    /// Counts, as last read.
    var lastPosition: Int?
    /// Odd while a fault is being cleared.
    var clearings = 0
    /// Counts calls of `stop()`, so that a move notices that it was stopped.
    var stops = 0
    var stopping: Task<Result<Void, DeviceError>, Never>?

    /// Nothing is sent until the pump is used.
    ///
    /// - Parameters:
    ///   - node: of the drive on its bus, 1…127.
    ///   - fastestFlow: the site's limit for this pump; nil for the limit of the drive with this syringe.
    ///   - tolerance: how far from its goal the plunger may rest; nil for 0.1 % of the syringe.
    ///   - margin: wall time a move may take beyond volume divided by flow.
    ///   - allowsUnreferenced: lets an unreferenced pump move, on an operator's word.
    init(
        name: String, bus: any ObjectBus, node: UInt8, family: EposFamily, syringe: SyringeGeometry, clock: LabClock,
        fastestFlow: FlowRate? = nil, tolerance: Volume? = nil, margin: Duration = .seconds(5),
        allowsUnreferenced: Bool = false
    ) {
        self.name = name
        self.bus = bus
        self.node = node
        self.family = family
        self.syringe = syringe
        self.clock = clock
        self.capacity = syringe.capacity
        let fastest = min(fastestFlow ?? syringe.fastestFlow, syringe.fastestFlow)
        self.flowRange = min(syringe.slowestFlow, fastest)...fastest
        self.tolerance = tolerance ?? syringe.capacity * 1e-3
        self.margin = margin
        self.allowsUnreferenced = allowsUnreferenced
    }

    /// A pump on a maxon serial line.
    public init(
        name: String, line: EposSerialBus, node: UInt8, family: EposFamily, syringe: SyringeGeometry, clock: LabClock,
        fastestFlow: FlowRate? = nil, tolerance: Volume? = nil, margin: Duration = .seconds(5),
        allowsUnreferenced: Bool = false
    ) {
        self.init(
            name: name, bus: line, node: node, family: family, syringe: syringe, clock: clock, fastestFlow: fastestFlow,
            tolerance: tolerance, margin: margin, allowsUnreferenced: allowsUnreferenced)
    }

    /// A pump on a CAN bus.
    public init(
        name: String, line: CANopenBus, node: UInt8, family: EposFamily, syringe: SyringeGeometry, clock: LabClock,
        fastestFlow: FlowRate? = nil, tolerance: Volume? = nil, margin: Duration = .seconds(5),
        allowsUnreferenced: Bool = false
    ) {
        self.init(
            name: name, bus: line, node: node, family: family, syringe: syringe, clock: clock, fastestFlow: fastestFlow,
            tolerance: tolerance, margin: margin, allowsUnreferenced: allowsUnreferenced)
    }

    public func identify() async throws(DeviceError) -> DeviceIdentity {
        try await self.checkDrive()
        let product = try await self.read(EposObject.product)
        let revision = try await self.read(EposObject.revision)
        let serialNumber = try await self.serialNumber()
        _ = try await self.readyScale()
        return DeviceIdentity(
            vendor: "maxon", model: "EPOS product 0x\(String(product, radix: 16, uppercase: true)), node \(self.node)",
            serialNumber: serialNumber,
            firmware: "0x\(String(revision, radix: 16, uppercase: true))")
    }

    /// Nil for a drive that keeps none.
    private func serialNumber() async throws(DeviceError) -> String? {
        do throws(DeviceError) {
            let number = try await self.read(EposObject.serialNumber)
            return number == 0 ? nil : String(number, radix: 16, uppercase: true)
        } catch  where error.code == .misconfigured {
            return nil
        }
    }

    public func status() async throws(DeviceError) -> SyringePumpStatus {
        let scale = try await self.readyScale()
        let statusword = try await self.noticedStatusword()
        let (position, isAtRest) = try await self.standstill()
        let velocity = isAtRest ? 0 : try await self.read(EposObject.velocity)
        return SyringePumpStatus(
            fillLevel: scale.level(position, self.syringe), flow: scale.flow(velocity, self.syringe),
            isEnabled: statusword.state == .operationEnabled,
            isFaulted: statusword.state == .fault || statusword.state == .faultReaction,
            isReferenced: self.isReferenced ?? false)
    }

    /// Clears a fault, enables the drive and waits until it says so. Only on an operator's word.
    ///
    /// Throws `.refused` for a drive that has lost its position: that it stays switched off is how the next start knows.
    public func clearFault() async throws(DeviceError) {
        try await self.moves.pass(self.name, "clear the fault") { () throws(DeviceError) in
            _ = try await self.readyScale()
            let word = try await self.noticedStatusword()
            self.clearings += 1
            defer { self.clearings += 1 }
            if word.state == .fault { try await self.resetFault() }
            try self.checkReference("enable the drive")
            try await self.enable()
        }
    }

    private func resetFault() async throws(DeviceError) {
        try await self.write(EposObject.controlword, Controlword.disableVoltage)
        try await self.write(EposObject.controlword, Controlword.resetFault)
        let cleared = try await self.statusword(within: self.settling) { $0.state != .fault }
        guard cleared.state != .fault else {
            throw self.error(
                .faulted, "clear the fault", "\(await self.faultText()); the fault came back at once",
                advice: "Remove the cause (blocked line, closed valve, end stop, supply) and try again.")
        }
    }
}
