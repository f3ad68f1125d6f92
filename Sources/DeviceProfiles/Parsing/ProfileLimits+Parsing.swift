import DeviceKit

extension ProfileLimits {
    init(_ section: ConfigurationSection) {
        let positions = section.optionalInteger("positions", .within(2...64, "2 to 64"))
        let speeds = Allowed<Speed>.within(
            Speed(1e-9, .millimetrePerSecond)...Speed(1000, .millimetrePerSecond), "above zero up to 1000 mm/s")
        let slowest = section.optionalQuantity("slowest-piston", Speed.self, speeds)
        let fastest = section.optionalQuantity("fastest-piston", Speed.self, speeds)
        for (key, other) in [("slowest-piston", "fastest-piston"), ("fastest-piston", "slowest-piston")]
        where section.has(other) && !section.has(key) {
            section.report("missing key “\(section.name(key))”")
        }
        section.finish()
        self.init(positions: positions, pistonSpeed: nil)
        guard let slowest, let fastest else { return }
        guard slowest < fastest else {
            section.report("fastest-piston: must be faster than slowest-piston", key: "fastest-piston")
            return
        }
        self.pistonSpeed = slowest...fastest
    }
}
