/// One way to recognise a device of a model among what is plugged in: all of its requirements must hold.
public struct ProfileMatch: Sendable, Hashable {
    /// A property of the udev device, `ID_VENDOR_ID`, or an attribute of sysfs, `idVendor`.
    public struct Requirement: Sendable, Hashable {
        public var key: String
        /// Written with `@`: the device or any ancestor may have it.
        public var mayBeInherited: Bool
        public var value: String
    }

    /// `tty` for serial lines.
    public var subsystem: String?
    public var requirements: [Requirement]
}
