import DeviceKit
import DeviceProfiles
import Methods

extension LabConfiguration {
    /// What the pumps can do with their syringes, by pump node. Pumps with errors in their description are left out.
    func syringes(profiles: [String: DeviceProfile]) -> [String: LabModel.Syringe] {
        var syringes: [String: LabModel.Syringe] = [:]
        for device in self.devices {
            guard let node = device.node, let profile = profiles[device.profile] else { continue }
            syringes[node] = device.syringe(profile: profile)
        }
        return syringes
    }
}

extension LabConfiguration.DeviceEntry {
    /// Cross section times stroke, and times the speeds of the pump's piston.
    func syringe(profile: DeviceProfile) -> LabModel.Syringe? {
        guard let diameter = self.innerDiameter, let stroke = self.stroke, let speed = profile.limits.pistonSpeed,
            diameter > .zero, stroke > .zero
        else { return nil }
        let area = Double.pi / 4 * diameter.in(.millimetre) * diameter.in(.millimetre)
        let slowest = FlowRate(area * speed.lowerBound.in(.millimetrePerSecond), .microlitrePerSecond)
        let fastest = FlowRate(area * speed.upperBound.in(.millimetrePerSecond), .microlitrePerSecond)
        guard slowest <= fastest, fastest.isFinite else { return nil }
        return LabModel.Syringe(
            capacity: Volume(area * stroke.in(.millimetre), .microlitre), flowRange: slowest...fastest)
    }
}
