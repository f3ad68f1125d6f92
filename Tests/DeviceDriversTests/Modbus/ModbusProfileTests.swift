import DeviceDrivers
import DeviceKit
import DeviceProfiles
import Foundation
import Links
import Protocols
import Simulators
import Testing

/// Devices that are driven, and simulated, by a profile with registers.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ModbusProfileTests {
    @Test(arguments: ModbusBench.Wire.allCases)
    func `the relays of a module switch, read back and fall`(_ wire: ModbusBench.Wire) async throws {
        let bench = try await ProfileBench(wire, Self.profile("waveshare/modbus-rtu-relay-d"), units: [1])
        let second = try bench.device("valve", unit: 1, ["channel": 2])
        let fifth = try bench.device("pump", unit: 1, ["channel": 5])
        #expect(
            try await second.read(["energised", "input"]) == ["energised": .option("no"), "input": .option("open")])
        try await second.perform("energise")
        #expect(try await second.read(["energised"]) == ["energised": .option("yes")])
        #expect(try await fifth.read(["energised"]) == ["energised": .option("no")])
        try await second.stop()
        #expect(try await second.read(["energised"]) == ["energised": .option("no")])
        await bench.shutDown()
    }

    @Test func `a relay that says it switched and did not is found out`() async throws {
        let bench = try await ProfileBench(.rtu, Self.profile("waveshare/modbus-rtu-relay-d"), units: [1])
        let relay = try bench.device("valve", unit: 1, ["channel": 2])
        bench.site.misbehave(.lies, unit: 1)
        let error = await ModbusLinkTests.error { try await relay.perform("energise") }
        #expect(error?.code == .mismatch && error?.device == "valve")
        // An answer that is lost says nothing; the read-back does.
        bench.site.misbehave(.wrongEcho, unit: 1)
        try await relay.perform("energise")
        #expect(try await relay.read(["energised"]) == ["energised": .option("yes")])
        await bench.shutDown()
    }

    @Test func `several sensors share a line, each with its own values`() async throws {
        let bench = try await ProfileBench(.rtu, Self.profile("siemens/qfa3150-mo"), units: [1, 2, 17])
        bench.site.set("temperature", .number(AnyQuantity(-12.34, .degreeCelsius)), of: 17)
        let sensors = try [UInt8(1), 2, 17].map { try bench.device("sensor \($0)", unit: $0) }
        for sensor in sensors {
            #expect(try await sensor.identify().model == "QFA3150/MO")
            let values = try await sensor.read(["temperature", "humidity", "humidity-reliability"])
            let expected = sensor.name == "sensor 17" ? -12.34 : 21.5
            #expect(values["temperature"]?.quantity?.value == expected)
            #expect(values["humidity"]?.quantity?.value == 38 && values["humidity-reliability"]?.word == "good")
        }
        // One request for three states.
        #expect(bench.site.calls.suffix(1).map(\.request) == [.read(.holding, address: 2, count: 2)])
        bench.site.misbehave(.silent, unit: 2)
        let error = await ModbusLinkTests.error { try await sensors[1].read(["temperature"]) }
        #expect(error?.code == .timedOut && error?.device == "sensor 2")
        #expect(try await sensors[0].read(["temperature"])["temperature"]?.quantity?.value == 21.5)
        await bench.shutDown()
    }

    @Test func `a sensor of another kind is not taken for this one`() async throws {
        let bench = try await ProfileBench(.tcp, Self.profile("siemens/qfa3150-mo"), units: [1])
        let sensor = try bench.device("sensor", unit: 1)
        bench.site.set("unit-system", .option("fahrenheit"), of: 1)
        #expect(await ModbusLinkTests.error { try await sensor.identify() }?.code == .mismatch)
        await bench.shutDown()
    }

    @Test func `values outside the limits are refused before they are sent, others arrive as the registers hold them`()
        async throws
    {
        let bench = try await ProfileBench(.tcp, Self.oven, units: [1])
        let oven = try bench.device("oven", unit: 1)
        let tooHot = AnyQuantity(301, .degreeCelsius)
        let error = await ModbusLinkTests.error { try await oven.perform("heat", ["to": .number(tooHot)]) }
        #expect(error?.code == .unsafe && bench.site.callCount == 0)
        // 85.26 °C are 852.6 tenths; the device holds 853 and that is what must read back.
        try await oven.perform("heat", ["to": .number(AnyQuantity(85.26, .degreeCelsius))])
        #expect(bench.site.value("setpoint", of: 1)?.quantity?.value == 85.3)
        #expect(try await oven.read(["mode", "serial"]) == ["mode": .option("heat"), "serial": .text("OV-17")])
        // The door is open: the guard is asked on the line on which the command would leave.
        bench.site.set("door", .option("open"), of: 1)
        let guarded = await ModbusLinkTests.error {
            try await oven.perform("heat", ["to": .number(AnyQuantity(50, .degreeCelsius))])
        }
        #expect(guarded?.code == .unsafe && guarded?.advice == "Close the door first.")
        await bench.shutDown()
    }

    @Test func `a sensor without value is the device's fault, not a number`() async throws {
        let bench = try await ProfileBench(.tcp, Self.oven, units: [1])
        bench.site.set("temperature", .number(AnyQuantity(-3276.8, .degreeCelsius)), of: 1)
        let oven = try bench.device("oven", unit: 1)
        let error = await ModbusLinkTests.error { try await oven.read(["temperature"]) }
        #expect(error?.code == .faulted && error?.advice.contains("sensor") == true)
        await bench.shutDown()
    }

    @Test func `shipped profiles with registers have no findings`() throws {
        for name in ["waveshare/modbus-rtu-relay-d", "siemens/qfa3150-mo", "egnite/querx-th"] {
            #expect(try Self.profile(name).isGeneric)
        }
    }

    /// An invented oven that has what the shipped profiles do not need.
    private static var oven: DeviceProfile {
        get throws {
            try Self.profile(
                """
                profile: 1
                vendor: Example
                model: Oven
                family: other
                driver: generic.modbus
                identity: none
                link:
                  kinds: [tty, tcp]
                  serial: { baud: 19200 }
                  timing: { open: 3 s, first-byte: 5 s, total: 10 s }
                  modbus: { unit: unit, gap: 4, no-read: [ { table: holding, from: 8, to: 9 } ] }
                parameters: { unit: { type: integer, from: 1, to: 247 } }
                state:
                  temperature: { unit: °C, scale: "0.1", read: { table: input, address: "0", type: i16, missing: ["-32768"] } }
                  setpoint: { unit: °C, scale: "0.1", read: { table: holding, address: "3", type: i32, order: CDAB } }
                  mode: { options: { "off": "0", heat: "5" }, read: { table: holding, address: "6", bit: 4, to-bit: 6 } }
                  door: { options: { closed: "0", open: "1" }, read: { table: discrete, address: "0" } }
                  serial: { type: text, read: { table: holding, address: "10", text-registers: 4 } }
                actions:
                  heat:
                    repeat: safe
                    arguments: { to: { unit: °C, scale: "0.1", from: 0, to: 300 } }
                    write:
                      - { table: holding, address: "3", type: i32, order: CDAB, value: "{to}" }
                      - { table: holding, address: "6", bit: 4, to-bit: 6, value: 5 }
                    sets: { setpoint: "{to}", mode: heat }
                  rest:
                    repeat: safe
                    write: [ { table: holding, address: "6", bit: 4, to-bit: 6, value: 0 } ]
                    sets: { mode: "off" }
                safety:
                  safe-state: rest
                  never: [ { action: heat, while: door == open, say: Close the door first. } ]
                simulator: { start: { serial: OV-17, temperature: 20 °C } }
                """, file: "oven.yaml")
        }
    }

    static func profile(_ name: String) throws -> DeviceProfile {
        let file = ModbusPeer.repository.appending(path: "device-profiles/\(name).yaml")
        return try Self.profile(String(contentsOf: file, encoding: .utf8), file: file.path)
    }

    private static func profile(_ text: String, file: String) throws -> DeviceProfile {
        let document = ConfigurationDocument(file: file)
        let profile = DeviceProfile(parsing: text, in: document)
        try #require(document.diagnostics.isEmpty, "\(document.diagnostics.map { "\($0)" }.joined(separator: "\n"))")
        return try #require(profile)
    }
}

/// Units of one profile on a simulated line.
private struct ProfileBench {
    let site: ModbusSite
    private let profile: DeviceProfile
    private let server: SimulatedModbusServer
    private let link: ModbusLink

    init(_ wire: ModbusBench.Wire, _ profile: DeviceProfile, units: [UInt8]) async throws {
        self.profile = profile
        self.site = try ModbusSite(
            models: units.flatMap { unit in
                [2, 5].prefix(profile.parameter("channel") == nil ? 1 : 2).map { channel in
                    ProfiledModel(
                        profile, parameters: ["unit": Self.number(Int(unit)), "channel": Self.number(channel)])
                }
            })
        self.server = SimulatedModbusServer(self.site)
        let endpoint = try await wire == .tcp ? self.server.listen() : self.server.openPseudoTerminal()
        self.link = ModbusLink(
            name: "line", over: endpoint.transport(), framing: wire == .tcp ? .tcp : .rtu(baud: 115_200))
    }

    func device(_ name: String, unit: UInt8, _ parameters: [String: Int] = [:]) throws -> GenericDevice {
        var values = parameters.mapValues(Self.number)
        if self.profile.parameter("unit") != nil { values["unit"] = Self.number(Int(unit)) }
        let wire = try ModbusWire(name: name, profile: self.profile, parameters: values, line: self.link)
        return try GenericDevice(name: name, profile: self.profile, parameters: values, wire: wire)
    }

    func shutDown() async {
        self.link.close()
        await self.server.shutDown()
    }

    private static func number(_ value: Int) -> StateValue { .number(AnyQuantity(Double(value), .one)) }
}
