/// Which of the devices that are plugged in is meant. Every part that is given has to fit.
public struct MatchRule: Sendable, Hashable {
    /// The adapter's serial number.
    public var serial: String?
    /// Number of the USB interface, 0…255.
    public var interface: Int?
    /// The socket as udev names it, with or without the interface at its end: `pci-0000:00:14.0-usb-0:1.4`.
    public var path: String?
    /// The socket as the kernel names it, `1-1.4`.
    public var port: String?
    /// Number of the line behind one interface, from 0.
    public var portNumber: Int?
    /// A name that stays, below `/dev/serial/`.
    public var link: String?
    /// Properties of udev, `ID_VENDOR_ID` for example.
    public var properties: [String: String]
    /// Attributes of the device's ancestors in sysfs, `product` for example; one ancestor has to have it so.
    public var attributes: [String: String]

    public init(
        serial: String? = nil, interface: Int? = nil, path: String? = nil, port: String? = nil, portNumber: Int? = nil,
        link: String? = nil, properties: [String: String] = [:], attributes: [String: String] = [:]
    ) {
        self.serial = serial
        self.interface = interface
        self.path = path
        self.port = port
        self.portNumber = portNumber
        self.link = link
        self.properties = properties
        self.attributes = attributes
    }

    /// Whether the rule says anything; one that does not would fit every device.
    public var isEmpty: Bool { self == MatchRule() }

    public func matches(_ device: FoundDevice) -> Bool {
        func fits<Value: Equatable>(_ wanted: Value?, _ has: Value?) -> Bool { wanted == nil || wanted == has }
        guard fits(self.serial, device.serial), fits(self.interface, device.interface), fits(self.port, device.port),
            fits(self.portNumber, device.portNumber)
        else { return false }
        if let path, device.path != path, device.path?.hasPrefix(path + ":") != true { return false }
        if let link, !device.links.contains(link) { return false }
        return self.properties.allSatisfy { device.properties[$0.key] == $0.value }
            && self.attributes.allSatisfy { wanted in
                device.ancestors.contains { $0.attributes[wanted.key] == wanted.value }
            }
    }
}

extension MatchRule: CustomStringConvertible {
    /// For people: “USB device with serial number A10K1XYZ, interface 0”.
    public var description: String {
        if let link, self == MatchRule(link: link) { return link }
        let parts: [String?] = [
            self.serial.map { "serial number \($0)" }, self.path.map { "path \($0)" }, self.port.map { "port \($0)" },
            self.interface.map { "interface \($0)" }, self.portNumber.map { "port number \($0)" }, self.link,
        ]
        let named = (self.properties.map { $0 } + self.attributes.map { $0 }).map { "\($0.key) \($0.value)" }.sorted()
        return "USB device with " + (parts.compactMap(\.self) + named).joined(separator: ", ")
    }
}
