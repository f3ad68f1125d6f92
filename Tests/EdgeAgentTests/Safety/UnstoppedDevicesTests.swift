import DeviceKit
import Testing

@testable import EdgeAgent

@Suite struct UnstoppedDevicesTests {
    private static func error(_ code: DeviceError.Code, _ device: String) -> DeviceError {
        DeviceError(code, device: device, command: "stop", "no answer", advice: "Look at it.")
    }

    @Test func `devices that are not there are named once, the others each with its reason`() {
        let words = UnstoppedDevices([
            Self.error(.absent, "V2"), Self.error(.timedOut, "A0"), Self.error(.absent, "V1"),
        ]).words
        #expect(words.count == 2)
        #expect(words[0].hasPrefix("not stopped: ") && words[0].contains("A0"))
        #expect(words[1] == "not stopped, since not there: V1, V2")
        #expect(UnstoppedDevices([]).words.isEmpty)
    }
}
