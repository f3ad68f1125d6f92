import DeviceDrivers
import DeviceProfiles

extension LabConfiguration.DeviceEntry {
    /// Whether the device may have its line together with another one, and what they take from each other.
    ///
    /// - Returns: the key below the device and what is wrong with it; nil where nothing is.
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
        if let mine = EposRoute(driver: profile.driver),
            EposRoute(driver: otherProfile?.driver ?? "")?.wire != mine.wire
        {
            return (
                "link", "“\(self.link)” belongs to \(other.name) already, which speaks another protocol on it"
            )
        }
        let names = profile.link.sharedBy
        guard let first = names.first, otherProfile?.link.sharedBy == names else {
            return ("link", "“\(self.link)” belongs to \(other.name) already")
        }
        guard names.allSatisfy({ other.parameters[$0] == self.parameters[$0] }) else { return nil }
        return (Self.key(ofParameter: first), "\(names.joined(separator: ", ")) belongs to \(other.name) already")
    }
}

extension LabConfiguration {
    /// CAN buses with two masters. CETONI's servers are one, whoever speaks to the drives is another; which bus a device
    /// hangs on, only the description can say, and where both ways are used it has to.
    func checkBuses(_ profiles: [String: DeviceProfile], _ findings: inout LabFindings) {
        let servers = "CETONI's servers"
        var masters: [String: String] = [:]
        for device in self.devices {
            guard let driver = profiles[device.profile]?.driver else { continue }
            if driver == "cetoni.sila2" { masters[device.name] = servers }
            if EposRoute(driver: driver) != nil { masters[device.name] = "“\(device.link)”" }
        }
        let hasBoth = masters.values.contains(servers) && masters.values.contains { $0 != servers }
        var owners: [String: (master: String, device: String)] = [:]
        for device in self.devices {
            let key = "devices.\(device.name)"
            switch (masters[device.name], device.bus) {
            case (nil, nil): continue
            case (nil, .some):
                findings.report("\(key).bus", "is without effect for a device that hangs on no CAN bus; take it out")
            case (.some, nil) where hasBoth:
                findings.report(
                    key,
                    "needs `bus`, a name for the CAN bus that it hangs on: this lab reaches some of CETONI's devices "
                        + "through their servers and others by their drives, and no bus may have two masters")
            case (.some, nil): continue
            case (let master?, let bus?):
                let owner = owners[bus, default: (master, device.name)]
                owners[bus] = owner
                guard owner.master != master else { continue }
                findings.report(
                    "\(key).bus",
                    "“\(bus)” belongs to \(owner.master) already, by \(owner.device); a bus has one master")
            }
        }
    }
}
