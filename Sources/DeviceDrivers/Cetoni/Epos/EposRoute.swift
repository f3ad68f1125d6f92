public import Protocols

/// How the drive of a pump is reached, as the `driver` of its profile says.
public struct EposRoute: Sendable, Hashable {
    public enum Wire: Sendable, Hashable {
        case serial(EposDialect)
        case canOpen
    }

    public var family: EposFamily
    public var wire: Wire

    /// The words that profiles may use.
    public static let drivers =
        ["maxon.epos2-serial", "maxon.epos2-usb", "maxon.epos2-canopen"]
        + ["maxon.epos4-serial", "maxon.epos4-canopen"]

    /// Nil for a driver of another kind.
    public init?(driver: String) {
        switch driver {
        case "maxon.epos2-serial": (self.family, self.wire) = (.epos2, .serial(.v1))
        case "maxon.epos2-usb": (self.family, self.wire) = (.epos2, .serial(.v2OfEpos2))
        case "maxon.epos2-canopen": (self.family, self.wire) = (.epos2, .canOpen)
        case "maxon.epos4-serial": (self.family, self.wire) = (.epos4, .serial(.v2))
        case "maxon.epos4-canopen": (self.family, self.wire) = (.epos4, .canOpen)
        default: return nil
        }
    }
}
