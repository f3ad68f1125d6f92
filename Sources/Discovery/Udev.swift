import CUdev
import Glibc

/// libudev, as far as serial devices go. A context of libudev belongs to one thread at a time: whoever makes it keeps it.
final class Udev {
    enum Event {
        case present(FoundDevice)
        case removed(systemPath: String)
        /// Events were lost; all devices have to be looked at.
        case overrun
    }

    /// Attributes of ancestors that are read of every device. They cost no traffic on the bus.
    private static let commonAttributes: Set = [
        "idVendor", "idProduct", "bcdDevice", "serial", "manufacturer", "product", "busnum", "devnum", "devpath",
        "bInterfaceNumber", "bInterfaceClass", "interface", "port_number", "latency_timer",
    ]

    private let context: OpaquePointer
    private let monitor: OpaquePointer?
    private let attributes: [String]

    /// - Parameter attributes: further ones that rules ask for.
    init(attributes: Set<String>) throws(DiscoveryError) {
        guard let context = udev_new() else {
            throw DiscoveryError(description: "libudev cannot be used: \(String(cString: strerror(errno)))")
        }
        self.context = context
        self.attributes = Self.commonAttributes.union(attributes).sorted()
        self.monitor = Self.startMonitor(context)
    }

    deinit {
        if let monitor { udev_monitor_unref(monitor) }
        udev_unref(self.context)
    }

    /// Readable when events wait; nil where the system gives none, in a container for example.
    var eventDescriptor: Int32? { self.monitor.map { udev_monitor_get_fd($0) } }

    /// The event that waits, without waiting for one.
    func nextEvent() -> Event? {
        guard let monitor else { return nil }
        errno = 0
        while let device = udev_monitor_receive_device(monitor) {
            defer { udev_device_unref(device) }
            let action = Self.text(udev_device_get_action(device))
            if action == "remove" || action == "offline" {
                if let path = Self.text(udev_device_get_syspath(device)) { return .removed(systemPath: path) }
            } else if let found = self.found(device) {
                return .present(found)
            }
            errno = 0
        }
        return errno == ENOBUFS ? .overrun : nil
    }

    /// All serial devices that are there now.
    func enumerate() -> [FoundDevice] {
        guard let enumeration = udev_enumerate_new(self.context) else { return [] }
        defer { udev_enumerate_unref(enumeration) }
        udev_enumerate_add_match_subsystem(enumeration, "tty")
        udev_enumerate_scan_devices(enumeration)
        return Self.names(udev_enumerate_get_list_entry(enumeration)).compactMap { path in
            guard let device = udev_device_new_from_syspath(self.context, path) else { return nil }
            defer { udev_device_unref(device) }
            return self.found(device)
        }
    }

    /// Whether the device is still there.
    func has(systemPath: String) -> Bool {
        guard let device = udev_device_new_from_syspath(self.context, systemPath) else { return false }
        udev_device_unref(device)
        return true
    }

    private static func startMonitor(_ context: OpaquePointer) -> OpaquePointer? {
        // Events of the group “udev” come after the rules have run: permissions and links are there by then.
        guard let monitor = udev_monitor_new_from_netlink(context, "udev") else { return nil }
        udev_monitor_set_receive_buffer_size(monitor, 1 << 20)
        guard udev_monitor_filter_add_match_subsystem_devtype(monitor, "tty", nil) >= 0,
            udev_monitor_enable_receiving(monitor) >= 0
        else {
            udev_monitor_unref(monitor)
            return nil
        }
        return monitor
    }

    /// Nil for terminals that are no devices: consoles, pseudo-terminals, and the ports that the kernel lists whether
    /// the board has them or not.
    private func found(_ device: OpaquePointer) -> FoundDevice? {
        guard let node = Self.text(udev_device_get_devnode(device)),
            let path = Self.text(udev_device_get_syspath(device)),
            let parent = udev_device_get_parent(device), Self.text(udev_device_get_subsystem(parent)) != "platform"
        else { return nil }
        var properties: [String: String] = [:]
        var entry = udev_device_get_properties_list_entry(device)
        while let current = entry {
            if let name = Self.text(udev_list_entry_get_name(current)), !Self.passing.contains(name) {
                properties[name] = Self.text(udev_list_entry_get_value(current))
            }
            entry = udev_list_entry_get_next(current)
        }
        var ancestors: [FoundDevice.Ancestor] = []
        var next: OpaquePointer? = parent
        while let ancestor = next {
            ancestors.append(self.ancestor(ancestor))
            next = udev_device_get_parent(ancestor)
        }
        let links = Self.names(udev_device_get_devlinks_list_entry(device)).sorted()
        return FoundDevice(node: node, systemPath: path, links: links, properties: properties, ancestors: ancestors)
    }

    /// Properties of an event, not of the device: they differ between an event and a look.
    private static let passing: Set = ["ACTION", "SEQNUM", "USEC_INITIALIZED", "TAGS", "CURRENT_TAGS", "DEVLINKS"]

    private func ancestor(_ device: OpaquePointer) -> FoundDevice.Ancestor {
        var attributes: [String: String] = [:]
        for name in self.attributes {
            attributes[name] = Self.text(udev_device_get_sysattr_value(device, name))
        }
        return FoundDevice.Ancestor(
            subsystem: Self.text(udev_device_get_subsystem(device)) ?? "",
            kind: Self.text(udev_device_get_devtype(device)) ?? "",
            name: Self.text(udev_device_get_sysname(device)) ?? "", attributes: attributes)
    }

    private static func names(_ first: OpaquePointer?) -> [String] {
        var names: [String] = []
        var entry = first
        while let current = entry {
            if let name = Self.text(udev_list_entry_get_name(current)) { names.append(name) }
            entry = udev_list_entry_get_next(current)
        }
        return names
    }

    /// What a device says of itself need not be UTF-8; what is not is replaced.
    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
}
