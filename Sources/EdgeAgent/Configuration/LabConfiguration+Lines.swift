import DeviceProfiles

extension LabConfiguration.DeviceEntry {
    /// Whether the device may have its line together with another one, and what they take from each other.
    ///
    /// - Returns: the key and what is wrong with it; nil where nothing is.
    func clash(
        with other: Self, _ profile: DeviceProfile, _ otherProfile: DeviceProfile?
    ) -> (key: String, message: String)? {
        if let mine = profile.link.modbus, let its = otherProfile?.link.modbus {
            // Units of any models share a serial line, but not its settings.
            if profile.link.serial != otherProfile?.link.serial {
                return (
                    "link", "“\(self.link)” has other serial settings for \(other.name); set both devices to the same"
                )
            }
            let unit = mine.unit(self.parameterValues(profile))
            guard unit == its.unit(otherProfile.map(other.parameterValues) ?? [:]) else { return nil }
            if self.profile != other.profile {
                return ("link", "unit \(unit.map { "\($0)" } ?? "") of “\(self.link)” is \(other.name) already")
            }
        }
        let names = profile.link.sharedBy
        guard let first = names.first, otherProfile?.link.sharedBy == names else {
            return ("link", "“\(self.link)” belongs to \(other.name) already")
        }
        guard names.allSatisfy({ other.parameters[$0] == self.parameters[$0] }) else { return nil }
        return (first, "\(names.joined(separator: ", ")) belongs to \(other.name) already")
    }
}
