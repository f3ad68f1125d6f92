import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Links
import Methods

/// A line with the drives of syringe pumps, shared by all that name it. The first device of a line sets it up.
struct DriveLine {
    private enum Bus {
        case serial(EposSerialBus)
        case canOpen(CANopenBus)
    }

    let transport: any LinkTransport
    private let bus: Bus

    init(
        _ link: DeviceLink, _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile, _ route: EposRoute
    ) throws(DeviceError) {
        let serial = profile.link.serial.map(SerialSettings.init) ?? SerialSettings(baud: 115_200)
        let timeouts = LinkTimeouts(profile.link.timing)
        var quiet: Duration?
        if case .drain(let said)? = profile.link.recovery { quiet = said }
        self.transport = try Laboratory.line(link, serial, of: entry.name)
        switch route.wire {
        case .serial(let dialect):
            self.bus = .serial(
                EposSerialBus(
                    name: "\(link)", over: self.transport, dialect: dialect, timeouts: timeouts,
                    quiet: quiet ?? .milliseconds(600)))
        case .canOpen:
            self.bus = .canOpen(
                CANopenBus(
                    name: "\(link)", over: self.transport, framing: link.canInterface == nil ? .slcan : .socketCAN,
                    timeouts: timeouts, quiet: quiet ?? .milliseconds(20)))
        }
    }

    func pump(
        _ entry: LabConfiguration.DeviceEntry, _ profile: DeviceProfile, _ route: EposRoute, clock: LabClock
    ) -> EposSyringePump {
        let syringe = SyringeGeometry(innerDiameter: entry.innerDiameter ?? .zero, stroke: entry.stroke ?? .zero)
        let fastest = entry.syringe(profile: profile)?.flowRange.upperBound
        // Small shares of a mixture are doses of a few microlitres.
        let tolerance = Volume(2, .microlitre)
        switch self.bus {
        case .serial(let line):
            return EposSyringePump(
                name: entry.name, line: line, node: entry.nodeID, family: route.family, syringe: syringe, clock: clock,
                fastestFlow: fastest, tolerance: tolerance, margin: profile.link.timing.margin)
        case .canOpen(let line):
            return EposSyringePump(
                name: entry.name, line: line, node: entry.nodeID, family: route.family, syringe: syringe, clock: clock,
                fastestFlow: fastest, tolerance: tolerance, margin: profile.link.timing.margin)
        }
    }
}

extension LabConfiguration.DeviceEntry {
    /// Of a drive on its bus, as its profile's parameter `node-id` was checked; 1 where it is missing.
    public var nodeID: UInt8 { self.parameters["node-id"].flatMap { UInt8($0) } ?? 1 }
}
