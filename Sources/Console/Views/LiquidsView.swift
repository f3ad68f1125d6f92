/// What stands where in the lab's tubing, and which way its valves point.
struct LiquidsView: Decodable, Sendable {
    /// A bottle, a vial or a syringe.
    struct Place: Decodable, Sendable {
        struct Part: Decodable, Sendable {
            var name: String
            var source: String
            /// 0…1.
            var fraction: Double
        }

        var node: String
        var kind: String
        var stock: String?
        var volume_mL: Double
        var gas_mL: Double
        var capacity_mL: Double?
        var content: [Part]
    }

    /// A rotary valve.
    struct Valve: Decodable, Sendable {
        struct Port: Decodable, Sendable {
            var port: Int
            /// What stands at the other end of its tube.
            var leads: String
        }

        var name: String
        /// Nil while it is not known.
        var port: Int?
        var ports: [Port]
    }

    /// A tube or a channel outside the valves.
    struct Tube: Decodable, Sendable {
        var label: String
        /// Valve, mixer, cell, syringe, bottle … at its ends, and the valve's port there.
        var from: String
        var fromPort: Int?
        var to: String
        var toPort: Int?
        var volume_mL: Double
        /// The largest part first; gas included.
        var content: [Place.Part]
    }

    var places: [Place]
    var valves: [Valve]
    var tubes: [Tube]
}
