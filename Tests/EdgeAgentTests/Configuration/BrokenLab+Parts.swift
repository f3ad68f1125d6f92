extension BrokenLab.Change {
    /// Nodes that are missing or of the wrong kind.
    static let nodes: [Self] = [
        Self("  waste: waste_1", "  waste: vial_1", at: "vial_1", "is not a waste; there are waste_1, waste_2"),
        Self("  waste: waste_1", "  waste: waste_9", at: "waste_9", "the tubing has no node “waste_9”"),
        Self("solvent: Solvent", "solvent: Reservoir1", at: "Reservoir1", "is not a solvent"),
        Self("mixer: M1.0", "mixer: V7.0", at: "V7.0", "is not a mixer outlet"),
        Self("sample-node: V7.0", "sample-node: V7.1", at: "V7.1", "is not a common port of a valve"),
        Self("source: pressurizedGas", "source: ambient", at: "ambient", "is not a gas"),
        Self("opens: ArdV_0_1", "opens: V7", at: "V7", "is no gas valve of the tubing; there is ArdV_0_1"),
        Self("vials: [vial_1, vial_2", "vials: [vial_1, vial_1", at: "vial_1, vial_3", "listed twice"),
        Self("vials: [vial_1", "vials: [waste_1", at: "waste_1", "is not a vial"),
        Self("cleaning-pump: F0.0", "cleaning-pump: V1.0", at: "V1.0", "is not a pump"),
        Self("cleaning-pump: F0.0", "cleaning-pump: A0.0", at: "A0.0", "carries the stock solution"),
        Self("instrument: electrochemistry", "instrument: balance", at: "balance", "no cell “balance”"),
        Self("instrument: densiVisco", "instrument: balance", at: "balance", "no cell “balance”"),
    ]

    /// Devices and their links.
    static let devices: [Self] = [
        Self("relay: gas", "relay: potentiostat", at: "potentiostat", "a device of family relay is needed"),
        Self("relay: gas", "relay: valve", at: "valve", "no device is called “valve”"),
        Self("\n  potentiostat: potentiostat", "\n  potentiostat: gas", at: "gas", "of family potentiostat is needed"),
        Self("densimeter: densimeter", "densimeter: gas", at: "gas", "of family densimeter is needed"),
        Self("folder:///mnt/densimeter", "tcp://127.0.0.1:9", at: "\"tcp", "is reached over folder"),
        Self("node: B0.0", "node: A0.0", at: "A0.0", "belongs to A0 already"),
        Self("node: B0.0", "node: V1.0", at: "V1.0", "is not a pump"),
        Self(", node: F0.0", "", at: "{ profile", "a syringe pump needs `node`"),
        Self("inner-diameter: 14.5673 mm", "inner-diameter: 0 mm", at: "0 mm", "0.1 mm to 100"),
        Self("stroke: 60 mm", "stroke: -60 mm", at: "-60", "1.0 mm to 500"),
        Self("tcp://127.0.0.1:50051", "tcp://127.0.0.1", at: "tcp:", "the port is missing"),
        Self("tcp://127.0.0.1:50051", "tcp://127.0.0.1:0", at: "tcp:", "1 to 65535"),
        Self("tcp://127.0.0.1:50051", "com3", at: "com3", "expected tcp://host:port"),
        Self("tcp://127.0.0.1:50052", "tcp://127.0.0.1:50051", at: "tcp:", "belongs to A0 already"),
        Self("tcp://127.0.0.1:50066", "\"tty:///dev/serial/by-id/x\"", at: "\"tty", "is reached over tcp"),
        Self(
            "tty:///dev/serial/by-id/usb-Arduino_LLC_Arduino_Uno_example-if00", "tty:///dev/ttyUSB0", at: "\"tty",
            "/dev/serial/by-id/"),
        Self("channel: 1", "channel: 5", at: "5", "must be 1 to 4"),
        Self(", channel: 1", "", at: "{ profile", "needs `channel`, 1 to 4"),
        Self("50066 }", "50066, channel: 2 }", at: "2 }", "without effect"),
        Self("50066 }", "50066, allow-renumbering: true }", at: "true", "for serial links"),
        Self("50066 }", "50066, certificate: absent.pem }", at: "absent.pem", "cannot be opened"),
        Self("50066 }", "50066, security: none }", at: "security", "unknown key"),
        Self("V10: { profile: cetoni/qmixv-10", "V10: { profile: cetoni/none", at: "cetoni/none", "cannot be opened"),
        Self("relay: gas", "relay: V1", at: "V1,", "a device of family relay is needed"),
    ]
}
