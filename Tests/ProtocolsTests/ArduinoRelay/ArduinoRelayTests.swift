import Protocols
import Testing

@Suite struct ArduinoRelayTests {
    @Test(arguments: [
        (ArduinoRelayCommand.set(channel: 1, energised: true), "1_1\n"), (.set(channel: 4, energised: false), "4_0\n"),
        (.read(channel: 2), "2_read\n"), (.pulse(channel: 3), "3_pulse\n"),
    ])
    func `commands are lines`(_ command: ArduinoRelayCommand, _ text: String) {
        #expect(String(decoding: command.bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        ("1", ArduinoRelayReply.pin(true), 1), ("0", .pin(false), 1), ("1\r\n", .pin(true), 1),
        ("\r\n0", .pin(false), 3),
        ("Invalid input", .invalidInput, 13), ("2", .garbled, 1), ("Inv0", .garbled, 4),
    ])
    func `replies end without a line ending`(_ text: String, _ reply: ArduinoRelayReply, _ length: Int) throws {
        let bytes = Array(text.utf8)
        let found = try #require(ArduinoRelayReply.length(in: bytes[...]))
        #expect(found == length)
        #expect(ArduinoRelayReply(parsing: bytes[..<found]) == reply)
    }

    @Test(arguments: ["", "\r\n", "I", "Invalid inpu"])
    func `a reply that is not complete is waited for`(_ text: String) {
        #expect(ArduinoRelayReply.length(in: Array(text.utf8)[...]) == nil)
    }
}
