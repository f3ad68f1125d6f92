import DeviceKit
import Discovery

/// USB serial adapters as udev describes them.
enum Adapters {
    static func ftdi(
        _ node: String = "/dev/ttyUSB0", serial: String = "A10K1XYZ", socket: String = "1.4", interface: Int = 0,
        stay: Int = 7
    ) -> FoundDevice {
        let path = "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-\(socket)/1-\(socket):1.\(interface)"
        return FoundDevice(
            node: node, systemPath: "\(path)/\(node.dropFirst(5))/tty/\(node.dropFirst(5))",
            links: ["/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_\(serial)-if0\(interface)-port0"],
            properties: [
                "ID_SERIAL_SHORT": serial, "ID_USB_INTERFACE_NUM": "0\(interface)", "ID_VENDOR_ID": "0403",
                "ID_MODEL_ID": "6001", "ID_PATH": "pci-0000:00:14.0-usb-0:\(socket):1.\(interface)",
            ],
            ancestors: [
                .init(subsystem: "usb-serial", name: "ttyUSB0", attributes: ["port_number": "0"]),
                .init(
                    subsystem: "usb", kind: "usb_interface", name: "1-\(socket):1.\(interface)",
                    attributes: ["bInterfaceNumber": "0\(interface)"]),
                .init(
                    subsystem: "usb", kind: "usb_device", name: "1-\(socket)",
                    attributes: [
                        "serial": serial, "manufacturer": "FTDI", "product": "FT232R USB UART", "busnum": "1",
                        "devnum": "\(stay)",
                    ]),
                .init(subsystem: "usb", kind: "usb_device", name: "usb1", attributes: ["product": "xHCI"]),
            ])
    }

    static func potentiostat(_ number: String?, model: String = "EmStat4 LR") -> DeviceIdentity {
        DeviceIdentity(vendor: "PalmSens", model: model, serialNumber: number)
    }

    static func error(_ code: DeviceError.Code = .timedOut) -> DeviceError {
        DeviceError(code, device: "x", command: "identify", "no answer", advice: "Switch it on.")
    }
}
