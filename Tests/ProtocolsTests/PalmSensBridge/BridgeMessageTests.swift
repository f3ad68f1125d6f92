import DeviceKit
import Protocols
import Testing

/// The lines between the agent and a bridge to a PalmSens4.
@Suite struct BridgeMessageTests {
    private static let sweep = ImpedanceSweep(
        highest: Frequency(100, .kilohertz), lowest: Frequency(10, .hertz), pointCount: 25,
        amplitude: Voltage(0.01, .volt), bias: Voltage(-0.1, .volt),
        currentRange: Current(1e-6, .ampere)...Current(0.01, .ampere))

    @Test func `an order is one line of JSON with units in its names`() throws {
        let order = BridgeCommand.Impedance(Self.sweep, equilibration: .seconds(2), tag: "sample 1")
        let line = BridgeCommand.impedance(order).line(id: 7)
        #expect(
            line
                == #"{"id":7,"do":"impedance","highest_Hz":100000.0,"lowest_Hz":10.0,"points":25,"amplitude_V_rms":0.01,"#
                + #""bias_V":-0.1,"smallest_range_A":1e-06,"largest_range_A":0.01,"equilibration_s":2.0,"tag":"sample 1"}"#
        )
        let back = try BridgeCommand.parse(Array(line.utf8))
        #expect(back.id == 7 && back.command == .impedance(order))
    }

    @Test(arguments: [
        BridgeMessage.Content.started, .done(points: 25, .off), .stopped(.unknown),
        .failed(.init(.aborted, "the measurement was aborted", cell: .off)),
        .hello(
            .init(
                version: 1, bridge: "pypalmsens 2.2.0",
                identity: DeviceIdentity(vendor: "PalmSens", model: "PalmSens4", serialNumber: "PS4A1", firmware: "1.9")
            )),
        .point(
            ImpedancePoint(
                frequency: Frequency(1000, .hertz), real: Resistance(300, .ohm), imaginary: Resistance(-16, .ohm),
                isOverloaded: true)),
    ])
    func `what a bridge says reads back as it was meant`(content: BridgeMessage.Content) throws {
        let message = BridgeMessage(id: 3, content)
        #expect(try BridgeMessage(parsing: Array(message.line.utf8)) == message)
    }

    @Test func `a cell that is not said to be off may be on`() throws {
        let done = try BridgeMessage(parsing: Array(#"{"id": 2, "done": 25}"#.utf8))
        #expect(done.content == .done(points: 25, .unknown))
    }

    @Test(arguments: [
        "", "{", "[]", #"{"id": 1}"#, #"{"id": 1, "point": {"frequency_Hz": 1}}"#,
        #"{"id": 1, "hello": {"model": "x"}}"#,
        #"{"id": 1, "done": -1}"#,
        #"{"id": 1, "point": {"frequency_Hz": 1, "real_ohm": 1, "imaginary_ohm": 1, "status": "fine"}}"#,
        #"{"id": 1, "point": {"frequency_Hz": 0, "real_ohm": 1, "imaginary_ohm": 1, "status": "ok"}}"#,
    ])
    func `what is none of its messages is refused`(line: String) {
        #expect(throws: BridgeFormatError.self) { try BridgeMessage(parsing: Array(line.utf8)) }
    }

    @Test(arguments: [
        (#"{"do": "hello"}"#, "there is no id"), (#"{"id": 1, "do": "dance"}"#, "“do” is not hello"),
        (#"{"id": 1, "do": "impedance", "smallest_range_A": 1}"#, "“largest_range_A” is no number"),
        (#"{"id": 1, "do": "impedance", "smallest_range_A": 1, "largest_range_A": 0.1}"#, "above the largest"),
    ])
    func `an order that cannot be carried out says why`(line: String, reason: String) {
        let error = #expect(throws: BridgeFormatError.self) { _ = try BridgeCommand.parse(Array(line.utf8)) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
    }
}
