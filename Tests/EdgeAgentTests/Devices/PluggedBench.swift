import DeviceKit
import DeviceProfiles
import Links
import Simulators
import Site
import Testing

@testable import EdgeAgent

/// A thermometer of the example lab that hangs on an adapter, and another one of its kind, to be plugged in in its place.
struct PluggedBench {
    enum Wire: CaseIterable { case text, registers }

    let plugged: PluggedDevice
    let right: String
    let other: String
    private let device: any ProfiledDevice
    private let instruments: Instruments

    private enum Instruments {
        case text(SimulatedTextLine, other: SimulatedTextLine)
        case registers(SimulatedModbusServer, other: SimulatedModbusServer)
    }

    init(_ wire: Wire) async throws {
        let profileName = wire == .text ? "lake-shore/218" : "siemens/qfa3150-mo"
        let parameter = wire == .text ? "channel" : "unit"
        let copy = try LabCopy()
        try copy.change(
            "lab.yaml", "devices:\n",
            """
            devices:
              inside: { profile: \(profileName), link: { usb: { serial: A10K1XYZ } }, parameters: { \(parameter): 3 } }

            """)
        let lab = try LabDescription(contentsOf: copy.description)
        let laboratory = try Laboratory(lab, clock: LabClock())
        self.plugged = try #require(laboratory.plugged.first { $0.name == "inside" })
        self.device = try laboratory.described("inside")
        let model = ProfiledModel(
            try #require(lab.profiles[profileName]), parameters: [parameter: .number(AnyQuantity(3, .one))])
        switch wire {
        case .text:
            let right = try #require(SimulatedTextLine([model]))
            let other = try #require(SimulatedTextLine([model]))
            self.right = Self.path(try await right.openPseudoTerminal())
            self.other = Self.path(try await other.openPseudoTerminal())
            self.instruments = .text(right, other: other)
        case .registers:
            let right = SimulatedModbusServer(try ModbusSite(models: [model]))
            let other = SimulatedModbusServer(try ModbusSite(models: [model]))
            self.right = Self.path(try await right.openPseudoTerminal())
            self.other = Self.path(try await other.openPseudoTerminal())
            self.instruments = .registers(right, other: other)
        }
    }

    /// Requests that reached the instrument that is meant.
    var heard: Int {
        get async {
            switch self.instruments {
            case .text(let right, _): await right.received.count
            case .registers(let right, _): right.site.callCount
            }
        }
    }

    var heardByOther: Int {
        get async {
            switch self.instruments {
            case .text(_, let other): await other.received.count
            case .registers(_, let other): other.site.callCount
            }
        }
    }

    func fall(silent isSilent: Bool) async {
        switch self.instruments {
        case .text(let right, _):
            var faults = SimulatedTextLine.Faults()
            faults.isSilent = isSilent
            await right.set(faults: faults)
        case .registers(let right, _):
            if isSilent { right.site.misbehave(.silent, unit: 3, times: 1000) } else { right.site.behave() }
        }
    }

    /// What the agent does when the device is plugged in: it asks who is there, then lets everybody speak.
    func admit() async throws {
        self.plugged.line.plug(at: self.right)
        let speaker = try #require(self.plugged.devices.first)
        _ = try await self.plugged.line.identifying { () throws(DeviceError) in try await speaker.identify() }
        try #require(self.plugged.line.admit(at: self.right))
    }

    /// In °C.
    func temperature() async throws -> Double {
        try #require(try await self.device.read(["temperature"])["temperature"]?.quantity?.value)
    }

    /// Why it cannot be read; nil if it can.
    func failure() async -> DeviceError? {
        do throws(DeviceError) {
            _ = try await self.device.read(["temperature"])
            return nil
        } catch {
            return error
        }
    }

    func close() async {
        self.plugged.line.unplug(because: "the test is over")
        switch self.instruments {
        case .text(let right, let other):
            await right.shutDown()
            await other.shutDown()
        case .registers(let right, let other):
            await right.shutDown()
            await other.shutDown()
        }
    }

    private static func path(_ endpoint: LinkEndpoint) -> String { String("\(endpoint)".dropFirst("tty://".count)) }
}
