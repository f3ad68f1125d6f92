public import Discovery
import Links

/// How a device of the lab is reached.
public enum DeviceLink: Sendable, Hashable {
    /// An address as written: `tcp://host:port`, `tty:///dev/…`, `can://can0` or `folder:///…`.
    case endpoint(String)
    /// Whatever is plugged in and fits.
    case usb(MatchRule)
}

extension DeviceLink {
    /// How the device is found again after it was unplugged; nil for addresses that stay.
    var rule: MatchRule? {
        switch self {
        case .usb(let rule): rule
        case .endpoint(let text):
            if case .tty(let path)? = try? LinkEndpoint(parsing: text), path.hasPrefix("/dev/serial/by-") {
                MatchRule(link: path)
            } else {
                nil
            }
        }
    }

    /// Whether files are exchanged.
    public var isFolder: Bool {
        if case .endpoint(let text) = self { text.hasPrefix("folder:") } else { false }
    }

    /// Whether it is a serial line.
    public var isSerial: Bool {
        switch self {
        case .endpoint(let text): text.hasPrefix("tty:")
        case .usb: true
        }
    }

    /// The name of a CAN interface of the kernel; nil for other links.
    var canInterface: String? {
        guard case .endpoint(let text) = self, case .can(let interface)? = try? LinkEndpoint(parsing: text) else {
            return nil
        }
        return interface
    }
}

extension DeviceLink: CustomStringConvertible {
    public var description: String {
        switch self {
        case .endpoint(let text): text
        case .usb(let rule): "\(rule)"
        }
    }
}
