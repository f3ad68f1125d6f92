import Discovery
import Testing

@Suite struct MatchRuleTests {
    private let device = Adapters.ftdi()

    @Test(arguments: [
        MatchRule(serial: "A10K1XYZ"), MatchRule(serial: "A10K1XYZ", interface: 0),
        MatchRule(path: "pci-0000:00:14.0-usb-0:1.4:1.0"), MatchRule(path: "pci-0000:00:14.0-usb-0:1.4"),
        MatchRule(port: "1-1.4"), MatchRule(serial: "A10K1XYZ", portNumber: 0),
        MatchRule(link: "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K1XYZ-if00-port0"),
        MatchRule(properties: ["ID_VENDOR_ID": "0403", "ID_MODEL_ID": "6001"]),
        MatchRule(attributes: ["product": "FT232R USB UART", "bInterfaceNumber": "00"]),
        MatchRule(attributes: ["product": "xHCI"]),
    ])
    func `a device is found by each part of it`(rule: MatchRule) {
        #expect(rule.matches(self.device), "\(rule)")
    }

    @Test(arguments: [
        MatchRule(serial: "A10K1XYY"), MatchRule(serial: "A10K1XYZ", interface: 1), MatchRule(port: "1-1"),
        MatchRule(path: "pci-0000:00:14.0-usb-0:1"), MatchRule(serial: "A10K1XYZ", portNumber: 1),
        MatchRule(link: "/dev/ttyUSB0"), MatchRule(serial: "A10K1XYZ", properties: ["ID_VENDOR_ID": "0404"]),
        MatchRule(attributes: ["product": "FT232R"]), MatchRule(attributes: ["absent": ""]),
    ])
    func `every part has to fit, and whole`(rule: MatchRule) {
        #expect(!rule.matches(self.device), "\(rule)")
    }

    @Test func `a rule reads as what one looks for`() {
        #expect("\(MatchRule(serial: "A10K", interface: 1))" == "USB device with serial number A10K, interface 1")
        #expect("\(MatchRule(attributes: ["product": "Uno"]))" == "USB device with product Uno")
        #expect("\(MatchRule(link: "/dev/serial/by-id/x"))" == "/dev/serial/by-id/x")
    }

    @Test func `a device of the kernel alone is known by its attributes`() {
        var device = self.device
        device.properties = [:]
        #expect(MatchRule(serial: "A10K1XYZ", interface: 0).matches(device))
        #expect(device.place == "1-1.4")
    }
}
