import DeviceKit
import Protocols

/// The object dictionary.
extension SimulatedEposDrive {
    /// What an object holds, in its size; text is longer than four bytes.
    func upload(_ address: ObjectAddress) async -> Result<[UInt8], AbortCode> {
        if address == EposObject.deviceName { return .success(Array((self.family == .epos2 ? "EPOS2" : "EPOS4").utf8)) }
        guard let entry = self.entry(address) else { return .failure(self.absence(of: address)) }
        let pump = await self.model.state()
        self.follow(pump)
        guard let value = self.value(of: entry, pump) else { return .failure(.writeOnly) }
        return .success(entry.bytes(ofRaw: value))
    }

    /// - Parameter size: bytes that were sent; nil over lines that always send four.
    func download(_ address: ObjectAddress, _ value: UInt32, size: Int?) async -> AbortCode {
        guard let entry = self.entry(address) else { return self.absence(of: address) }
        guard size == nil || size == entry.size else { return .lengthMismatch }
        guard Self.writable.contains(address) else { return .readOnly }
        let mask: UInt32 = entry.size == 4 ? .max : (1 << UInt32(8 * entry.size)) - 1
        let number = entry.value(ofRaw: value & mask)
        switch address {
        case EposObject.controlword.address: await self.take(controlword: number)
        case EposObject.mode.address where ![1, 3, 6].contains(number): return .outOfRange
        case EposObject.errorCount.address where number != 0: return .outOfRange
        case EposObject.errorCount.address: break
        default:
            self.parameters[address] = value & mask
            // Only what is going to move is given a velocity.
            if address == EposObject.profileVelocity.address { await self.model.expectMove() }
        }
        return .none
    }

    private func absence(of address: ObjectAddress) -> AbortCode {
        self.entries.contains { $0.address.index == address.index } ? .noSuchSubindex : .noSuchObject
    }

    private func entry(_ address: ObjectAddress) -> ObjectEntry? { self.entries.first { $0.address == address } }

    private var entries: [ObjectEntry] {
        Self.common + (self.family == .epos2 ? Self.ofEpos2 : Self.ofEpos4)
    }

    private func value(of entry: ObjectEntry, _ pump: SyringePumpModelState) -> UInt32? {
        let scale = Scale(pump)
        let gear = UInt32((scale.gear * Scale.denominator).rounded())
        switch entry {
        case EposObject.deviceType: return UInt32(EposObject.servoDrive)
        case EposObject.vendor: return UInt32(EposObject.maxon)
        case EposObject.product: return self.family == .epos2 ? 0x6010_001C : 0x6550_0000
        case EposObject.revision: return self.family == .epos2 ? 0x2033_0110 : 0x0170_0000
        case EposObject.serialNumber: return 0x1000 + UInt32(self.node)
        case EposObject.errorRegister: return self.state == .fault ? 0x21 : 0
        case EposObject.errorCount: return self.state == .fault ? 1 : 0
        case EposObject.lastError, EposObject.errorCode: return self.state == .fault ? UInt32(self.faults.errorCode) : 0
        case EposObject.controlword: return UInt32(truncatingIfNeeded: self.controlword)
        case EposObject.statusword: return self.statusword(pump)
        case EposObject.mode, EposObject.modeDisplay: return UInt32(truncatingIfNeeded: self.mode)
        case EposObject.position: return UInt32(truncatingIfNeeded: pump.positionCounter + self.tremble())
        case EposObject.velocity:
            let velocity = pump.isMoving ? Int(scale.velocity(pump.flow).rounded()) : 0
            // One count in a millisecond is 15 turns per minute.
            return UInt32(truncatingIfNeeded: velocity + 15_000 * self.tremble())
        case EposObject.leastPosition: return UInt32(truncatingIfNeeded: scale.range.lowerBound)
        case EposObject.greatestPosition: return UInt32(truncatingIfNeeded: scale.range.upperBound)
        case EposObject.greatestVelocity: return UInt32(scale.velocity(pump.maximumFlow).rounded(.up))
        case EposObject.encoderPulses: return UInt32(Scale.pulses)
        case EposObject.encoderCounts: return UInt32(4 * Scale.pulses)
        case EposObject.gearNumerator, EposObject.gearNumeratorEpos2: return gear
        case EposObject.gearDenominator, EposObject.gearDenominatorEpos2: return UInt32(Scale.denominator)
        case EposObject.velocityExponent: return 0xFD
        case EposObject.velocityUnit: return UInt32(EposObject.milliTurnsPerMinute)
        case EposObject.pumpModel: return 7 << 10
        case EposObject.digitalInputs, EposObject.forceMonitor: return 0
        default: return self.parameters[entry.address] ?? 0
        }
    }

    private static let common = [
        EposObject.deviceType, EposObject.errorRegister, EposObject.errorCount, EposObject.lastError,
        EposObject.heartbeat,
        EposObject.vendor, EposObject.product, EposObject.revision, EposObject.serialNumber, EposObject.controlword,
        EposObject.statusword, EposObject.mode, EposObject.modeDisplay, EposObject.position, EposObject.velocity,
        EposObject.targetPosition, EposObject.homeOffset, EposObject.leastPosition, EposObject.greatestPosition,
        EposObject.greatestVelocity, EposObject.profileVelocity, EposObject.acceleration, EposObject.deceleration,
        EposObject.profileType, EposObject.homingMethod, EposObject.homingSwitchSpeed, EposObject.homingZeroSpeed,
        EposObject.homingAcceleration,
    ]
    private static let ofEpos2 = [
        EposObject.gearNumeratorEpos2, EposObject.gearDenominatorEpos2, EposObject.homingCurrent,
        EposObject.homePosition,
        EposObject.encoderPulses, EposObject.velocityExponent,
    ]
    private static let ofEpos4 = [
        EposObject.encoderCounts, EposObject.gearNumerator, EposObject.gearDenominator, EposObject.errorCode,
        EposObject.velocityUnit, EposObject.pumpModel, EposObject.digitalInputs, EposObject.forceMonitor,
    ]
    private static let writable: Set<ObjectAddress> = Set(
        [
            EposObject.errorCount, EposObject.heartbeat, EposObject.controlword, EposObject.mode,
            EposObject.targetPosition,
            EposObject.homeOffset, EposObject.profileVelocity, EposObject.acceleration, EposObject.deceleration,
            EposObject.profileType, EposObject.homingMethod, EposObject.homingSwitchSpeed, EposObject.homingZeroSpeed,
            EposObject.homingAcceleration, EposObject.homingCurrent, EposObject.homePosition,
        ].map(\.address))
}
