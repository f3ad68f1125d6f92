/// A serial device as the system shows it: its node, what udev knows of it, and the devices it hangs on.
public struct FoundDevice: Sendable, Hashable, Codable {
    /// A device further up: the USB interface, the USB device, its hubs.
    public struct Ancestor: Sendable, Hashable, Codable {
        /// `usb`, `usb-serial`, `pci`.
        public var subsystem: String
        /// `usb_device` or `usb_interface` in the subsystem `usb`; empty elsewhere.
        public var kind: String
        /// The kernel's name, `1-1.4` for a USB port.
        public var name: String
        public var attributes: [String: String]

        public init(subsystem: String, kind: String = "", name: String, attributes: [String: String] = [:]) {
            self.subsystem = subsystem
            self.kind = kind
            self.name = name
            self.attributes = attributes
        }
    }

    /// `/dev/ttyUSB0`; the same device may have another one after a restart.
    public var node: String
    /// Its folder below `/sys/devices`.
    public var systemPath: String
    /// Names that stay, `/dev/serial/by-id/usb-FTDI_…`.
    public var links: [String]
    public var properties: [String: String]
    /// The nearest first.
    public var ancestors: [Ancestor]

    public init(
        node: String, systemPath: String, links: [String] = [], properties: [String: String] = [:],
        ancestors: [Ancestor] = []
    ) {
        self.node = node
        self.systemPath = systemPath
        self.links = links
        self.properties = properties
        self.ancestors = ancestors
    }
}

extension FoundDevice {
    private var usbDevice: Ancestor? { self.ancestors.first { $0.subsystem == "usb" && $0.kind == "usb_device" } }

    private func attribute(_ name: String) -> String? { self.ancestors.lazy.compactMap { $0.attributes[name] }.first }

    /// The adapter's serial number, which names the adapter and not what hangs on it.
    public var serial: String? { self.properties["ID_SERIAL_SHORT"] ?? self.usbDevice?.attributes["serial"] }

    /// Number of the USB interface, for adapters with several lines.
    public var interface: Int? {
        (self.properties["ID_USB_INTERFACE_NUM"] ?? self.attribute("bInterfaceNumber")).flatMap { Int($0, radix: 16) }
    }

    /// The way from the computer to the socket, `pci-0000:00:14.0-usb-0:1.4:1.0`: the same as long as nobody replugs.
    public var path: String? { self.properties["ID_PATH"] }

    /// The USB socket in the kernel's words, `1-1.4`: bus 1, root port 1, port 4 of the hub there.
    public var port: String? { self.usbDevice?.name }

    /// Number of the line at an adapter with several lines behind one interface.
    public var portNumber: Int? {
        self.ancestors.first { $0.subsystem == "usb-serial" }?.attributes["port_number"].flatMap { Int($0) }
    }

    /// Four hexadecimal digits each.
    public var vendorID: String? { self.properties["ID_VENDOR_ID"] ?? self.usbDevice?.attributes["idVendor"] }
    public var modelID: String? { self.properties["ID_MODEL_ID"] ?? self.usbDevice?.attributes["idProduct"] }

    /// Maker and product as the adapter says them, for people.
    public var title: String {
        let texts = [self.usbDevice?.attributes["manufacturer"], self.usbDevice?.attributes["product"]]
        let said = texts.compactMap(\.self).joined(separator: " ")
        if !said.isEmpty { return said }
        return [self.vendorID, self.modelID].compactMap(\.self).joined(separator: ":")
    }

    /// The socket that the device is in, as far as it is known.
    public var place: String { self.path ?? self.port ?? self.systemPath }

    /// Changes whenever the device is plugged in anew, and is the same after a restart of this program. The kernel counts
    /// the devices of each USB bus since it was started.
    public var plug: String {
        guard let usb = self.usbDevice, let bus = usb.attributes["busnum"], let number = usb.attributes["devnum"] else {
            return self.systemPath
        }
        return "\(bus):\(number)"
    }
}
