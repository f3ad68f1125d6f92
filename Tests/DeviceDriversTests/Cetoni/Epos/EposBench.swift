import DeviceKit
import Foundation
import Links
import Protocols
import Simulators
import Synchronization
import Testing

@testable import DeviceDrivers

/// Drives on one simulated line, and a driver for each.
struct EposBench {
    enum Wire: String, CaseIterable, Sendable {
        case v1, v2, slcan
        var family: EposFamily { self == .v2 ? .epos4 : .epos2 }
    }

    let clock: LabClock
    let wire: Wire
    let models: [AnalyticPump]
    let drives: [SimulatedEposDrive]
    let serial: SimulatedEposLine?
    let can: SimulatedCANLine?
    let pumps: [EposSyringePump]
    /// Whether the line waits to become quiet; serial lines.
    let isDirty: @Sendable () -> Bool
    let bus: any ObjectBus
    let sent: Sent

    /// When which bytes went out.
    final class Sent: Sendable {
        private let record = Mutex<[(at: ContinuousClock.Instant, bytes: [UInt8])]>([])
        var all: [(at: ContinuousClock.Instant, bytes: [UInt8])] { self.record.withLock { $0 } }
        func note(_ bytes: [UInt8]) { self.record.withLock { $0.append((.now, bytes)) } }
        func forget() { self.record.withLock { $0 = [] } }
    }

    /// Short ones, for lines on which much goes wrong, with what a simulated drive allows between two bytes.
    struct Patience: Sendable {
        var timeouts = LinkTimeouts.epos
        var quiet: Duration?
        var frameLimit = Duration.milliseconds(500)

        static let little = Self(
            timeouts: LinkTimeouts(firstByte: .milliseconds(100), betweenBytes: .milliseconds(10), total: .seconds(2)),
            quiet: .milliseconds(60), frameLimit: .milliseconds(40))
    }

    /// 10 mL.
    static let syringe = SyringeGeometry(innerDiameter: Length(14.5673, .millimetre))

    init(
        _ wire: Wire, count: Int = 1, speed: Double = 20, fillLevel: Volume = Volume(5, .millilitre),
        isEnabled: Bool = true, isTrembling: Bool = true, patience: Patience = Patience(),
        through: (LinkEndpoint) async throws -> LinkEndpoint = { $0 }
    ) async throws {
        let clock = LabClock(speed: speed)
        self.clock = clock
        self.wire = wire
        let models = (0..<count).map { _ in AnalyticPump(clock: clock, fillLevel: fillLevel) }
        for model in models {
            await model.configure(innerDiameter: Self.syringe.innerDiameter, stroke: Self.syringe.stroke)
        }
        self.models = models
        self.drives = models.enumerated().map { index, model in
            SimulatedEposDrive(
                node: UInt8(2 + index), family: wire.family == .epos2 ? .epos2 : .epos4, model: model,
                isEnabled: isEnabled, isTrembling: isTrembling)
        }
        let sent = Sent()
        self.sent = sent
        let tap: LinkTap = { if $0.direction == .sent { sent.note($0.bytes) } }
        let line: any ObjectBus
        switch wire {
        case .v1, .v2:
            let dialect: EposDialect = wire == .v1 ? .v1 : .v2
            let serial = SimulatedEposLine(self.drives, dialect: dialect, frameLimit: patience.frameLimit)
            (self.serial, self.can) = (serial, nil)
            line = EposSerialBus(
                name: "line", over: try await through(serial.openPseudoTerminal()).transport(), dialect: dialect,
                timeouts: patience.timeouts, quiet: patience.quiet ?? .milliseconds(600), tap: tap)
        case .slcan:
            let can = SimulatedCANLine(self.drives, clock: clock)
            (self.serial, self.can) = (nil, can)
            line = CANopenBus(
                name: "line", over: try await through(can.openPseudoTerminal()).transport(), framing: .slcan,
                timeouts: patience.timeouts, quiet: patience.quiet ?? .milliseconds(20), tap: tap)
        }
        self.bus = line
        let serialLink = (line as? EposSerialBus)?.link
        self.isDirty = { serialLink?.isDirty ?? false }
        self.pumps = (0..<count).map { index in
            if let line = line as? EposSerialBus {
                EposSyringePump(
                    name: "pump-\(index)", line: line, node: UInt8(2 + index), family: wire.family,
                    syringe: Self.syringe, clock: clock, margin: .seconds(2))
            } else if let line = line as? CANopenBus {
                EposSyringePump(
                    name: "pump-\(index)", line: line, node: UInt8(2 + index), family: wire.family,
                    syringe: Self.syringe, clock: clock, margin: .seconds(2))
            } else {
                preconditionFailure("the bench has one of two buses")
            }
        }
    }

    static func with(
        _ wire: Wire, count: Int = 1, speed: Double = 20, fillLevel: Volume = Volume(5, .millilitre),
        isEnabled: Bool = true, isTrembling: Bool = true, _ body: (Self) async throws -> Void
    ) async throws {
        let bench = try await Self(
            wire, count: count, speed: speed, fillLevel: fillLevel, isEnabled: isEnabled, isTrembling: isTrembling)
        do {
            try await body(bench)
        } catch {
            await bench.takeDown()
            throw error
        }
        await bench.takeDown()
    }

    /// Drives behind a proxy that damages or delays what passes.
    static func behindProxy(
        _ wire: Wire, count: Int = 1, speed: Double, isTrembling: Bool = true, patience: Patience, seed: UInt64 = 1
    ) async throws -> (bench: Self, proxy: FaultProxy) {
        var made: FaultProxy?
        let bench = try await Self(wire, count: count, speed: speed, isTrembling: isTrembling, patience: patience) {
            line in
            let proxy = FaultProxy(to: line.transport(), seed: seed)
            made = proxy
            let name = "drive-\(UUID().uuidString.prefix(8))"
            return try await proxy.openPseudoTerminal(
                at: FileManager.default.temporaryDirectory.appending(path: name).path)
        }
        return (bench, try #require(made))
    }

    func takeDown() async {
        await self.serial?.shutDown()
        await self.can?.shutDown()
    }

    var pump: EposSyringePump { self.pumps[0] }
    var model: AnalyticPump { self.models[0] }
    var drive: SimulatedEposDrive { self.drives[0] }

    /// The error that a body throws; nil if it throws none.
    func error(_ body: () async throws(DeviceError) -> Void) async -> DeviceError? {
        do throws(DeviceError) {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    /// Waits until a model's plunger moves, for 5 s at most.
    func waitForMotion(of index: Int = 0) async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while await !self.models[index].state().isMoving, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
