import DeviceDrivers
import DeviceKit
import Links
import Protocols
import Testing

/// The serial driver against the exchanges of the DMA M as they are printed, byte for byte. `help` is never sent, and neither is
/// a magazine's position.
@Suite(.timeLimit(.minutes(1))) struct DensimeterExchangeTests {
    /// What is said, and what is answered; each line ends with CR.
    struct Exchange: Sendable, CustomTestStringConvertible {
        let said: String
        let answer: String
        init(_ said: String, _ answer: String) { (self.said, self.answer) = (said, answer) }
        var testDescription: String { "\(said) → \(answer)" }
    }

    private static func entries(_ exchanges: [Exchange]) -> [Transcript.Entry] {
        exchanges.flatMap { exchange in
            [
                Transcript.Entry(.zero, connection: 1, .fromAgent, CodePage850.bytes(exchange.said) + [0x0D]),
                Transcript.Entry(.zero, connection: 1, .toAgent, CodePage850.bytes(exchange.answer) + [0x0D]),
            ]
        }
    }

    /// Runs `body` against the instrument of a transcript, which must be said to the end.
    private static func replay<Value: Sendable>(
        _ exchanges: [Exchange], longest: Duration = .seconds(60), _ body: (SerialDensimeter) async throws -> Value
    ) async throws -> Value {
        let kept = DensimeterBench.Kept()
        let device = try ReplayedDevice(
            Transcript(.init(device: "tcp://dma:4001", seed: 1, faults: []), Self.entries(exchanges)),
            onRemark: kept.note)
        defer { device.shutDown() }
        let link = ByteLink(
            device: "dma", over: device.endpoint.transport(serial: SerialSettings(baud: 9600)),
            timeouts: LinkTimeouts(firstByte: .seconds(5)))
        let driver = SerialDensimeter(
            name: "dma", link: link, longest: longest, margin: .seconds(10), clock: LabClock(speed: 100))
        let value = try await body(driver)
        #expect(kept.notices.allSatisfy { $0.contains("come to its end") }, "\(kept.notices)")
        return value
    }

    private static func measure(_ driver: SerialDensimeter, number: Int?) async throws -> DensimetryReading {
        let order = DensimetryOrder(method: "Density", number: number, temperature: Temperature(celsius: 20))
        let readings = try await driver.measure(order, sample: "S-1", notice: { _ in }, keep: { _ in })
        return try #require(readings.first)
    }

    private static let rest = Exchange("finished", "measurement not started")
    private static let seven = Exchange("getrawdata", "1.102689;19.999;20.000;7")
    /// With the colon of the manual's example.
    private static let eight = Exchange("getrawdata", "1.102689;19.999;20.000:8")

    @Test(arguments: [
        ("serial number: 81234567\rDMA 4100M V2.10.7000.1\rprotocol version: 2.00", "DMA 4100M", "2.10.7000.1"),
        ("serial number: 80000000\rDMA 4500M V1.70.6534.40\rprotocol version: 2.00", "DMA 4500M", "1.70.6534.40"),
    ])
    func `getid has three lines`(_ answer: String, _ model: String, _ firmware: String) async throws {
        let identity = try await Self.replay([Exchange("getid", answer)]) { try await $0.identify() }
        #expect(identity.model == model && identity.firmware == firmware)
    }

    @Test func `density and viscosity by a method's number`() async throws {
        let reading = try await Self.replay([
            Self.rest, Self.seven, Exchange("start 3", "measurement started"), Self.eight,
            Exchange("finished", "measurement not finished"), Exchange("finished", "measurement finished"),
            Exchange(
                "getdatahead",
                "data head: Density;Density Temperature;Density Condition;Lovis Dyn. Viscosity;Lovis Temperature;"
                    + "Lovis Condition"), Exchange("getdataunit", "data unit: g/cm³;°C;-;mPa.s;°C;-"),
            Exchange("getdata", "data: 1.19043;20.00;valid;2.9137;20.00;valid"),
        ]) { try await Self.measure($0, number: 3) }
        #expect(reading.validDensity == Density(1.19043, .gramPerCubicCentimetre))
        #expect(reading.validViscosity == Viscosity(2.9137, .millipascalSecond))
    }

    @Test func `density by the active method at a set temperature, answered as the manual prints it`() async throws {
        let reading = try await Self.replay([
            Self.rest, Exchange("settemperature 20.00", "accepted"), Exchange("getrawdata", "0.000000;0.00;20.00;NaN"),
            Exchange("getrawdata", "0.000000;0.00;20.00;NaN"), Exchange("start", "Measurement started"),
            Exchange("getrawdata", "0.998203;20.000;20.000;1"), Exchange("finished", "Measurement finished"),
            Exchange("getdatahead", "Density;Specific Gravity;Density Temperature;Density Condition"),
            Exchange("getdataunit", "g/cm³;-;°C;-"), Exchange("getdata", "0.998203;1.00000;20.000;valid"),
        ]) { try await Self.measure($0, number: nil) }
        #expect(reading.validDensity == Density(0.998203, .gramPerCubicCentimetre))
        #expect(reading.temperature == Temperature(celsius: 20))
    }

    @Test(arguments: ["no new data available", "no new data", "no data available"])
    func `a result that somebody else has fetched is none`(_ answer: String) async throws {
        let exchanges = [
            Self.rest, Self.seven, Exchange("start 3", "measurement started"), Self.eight,
            Exchange("finished", "measurement finished"),
            Exchange("getdatahead", "data head: Density;Density Condition"),
            Exchange("getdataunit", "data unit: g/cm³;-"), Exchange("getdata", answer),
            Exchange("abort", "measurement not started"),
        ]
        let error = await #expect(throws: DeviceError.self) {
            try await Self.replay(exchanges) { try await Self.measure($0, number: 3) }
        }
        #expect(error?.code == .mismatch && error?.detail.contains(answer) == true)
    }

    @Test(arguments: [
        Exchange("start 3", "measurement already started"), Exchange("start 3", "sample storage full"),
        Exchange("start 3", "heating"), Exchange("start 3", "invalid method"),
        Exchange("start 3", "simple mode not supported"), Exchange("start 3", "missing magazine position"),
        Exchange("start 3", "wrong magazine position"),
    ])
    func `start that is refused starts nothing`(_ exchange: Exchange) async throws {
        let error = await #expect(throws: DeviceError.self) {
            try await Self.replay([Self.rest, Self.seven, exchange]) { try await Self.measure($0, number: 3) }
        }
        #expect(error?.detail == exchange.answer)
        #expect(error?.code == (exchange.answer.contains("already") ? .busy : .refused))
    }

    @Test(arguments: [
        "wrong parameter value", "not allowed during measurement", "the given temperature could not be parsed",
    ])
    func `a temperature that is refused is not measured at`(_ answer: String) async throws {
        let error = await #expect(throws: DeviceError.self) {
            try await Self.replay([Self.rest, Exchange("settemperature 20.00", answer)]) {
                try await Self.measure($0, number: nil)
            }
        }
        #expect(error?.code == .refused && error?.detail == answer)
    }

    @Test(arguments: ["measurement aborted", "measurement not started", "already aborting"])
    func `abort is answered in three ways, and each leaves the instrument at rest`(_ answer: String) async throws {
        try await Self.replay([Exchange("abort", answer)]) { try await $0.stop() }
    }

    @Test func `an instrument that measures already is left alone`() async throws {
        let error = await #expect(throws: DeviceError.self) {
            try await Self.replay([Exchange("finished", "Measurement not finished")]) {
                try await Self.measure($0, number: 3)
            }
        }
        #expect(error?.code == .busy)
    }

    /// The generation before M has the same words and other answers; this driver does not speak its dialect.
    @Test func `the record of an older instrument is refused and kept, never read by its places`() async throws {
        let error = await #expect(throws: DeviceError.self) {
            try await Self.replay([
                Self.rest, Self.seven, Exchange("start 3", "measurement started"), Self.eight,
                Exchange("finished", "measurement finished"),
                Exchange("getdatahead", "data head: Density;Density Condition"),
                Exchange("getdataunit", "data unit: g/cm³;-"),
                Exchange("getdata", "data:Mo 21.Feb.2005,13:39:12,0001,1,20.001,0.00117,0.00117,valid"),
            ]) { try await Self.measure($0, number: 3) }
        }
        #expect(error?.code == .garbled)
    }
}
