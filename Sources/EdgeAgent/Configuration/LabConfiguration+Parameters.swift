public import DeviceKit
public import DeviceProfiles

extension LabConfiguration.DeviceEntry {
    /// The values of the profile's parameters for this device, those that are not given by their defaults.
    public func parameterValues(_ profile: DeviceProfile) -> [String: StateValue] {
        profile.parameters.reduce(into: [:]) { values, parameter in
            guard let text = self.parameters[parameter.name] else {
                values[parameter.name] = parameter.standard
                return
            }
            values[parameter.name] = try? parameter.value(parsing: text)
        }
    }

    /// A parameter that is a time; nil if the profile has none of this name.
    func time(_ parameter: String, _ profile: DeviceProfile) -> Duration? {
        self.parameterValues(profile)[parameter]?.quantity?.quantity(TimeDimension.self).map { .seconds($0.si) }
    }

    /// Parameters that are missing, unknown or out of their range.
    func checkParameters(_ profile: DeviceProfile, _ findings: inout LabFindings) {
        for parameter in profile.parameters {
            guard let text = self.parameters[parameter.name] else {
                guard parameter.standard == nil else { continue }
                findings.report(
                    "devices.\(self.name)", "a \(profile.model) needs `\(parameter.name)`\(parameter.words)")
                continue
            }
            do throws(QuantityParseError) {
                _ = try parameter.value(parsing: text)
            } catch {
                findings.report("devices.\(self.name).\(Self.key(ofParameter: parameter.name))", "\(error)")
            }
        }
        for name in self.parameters.keys.sorted() where profile.parameter(name) == nil {
            let known = profile.parameters.map(\.name).joined(separator: ", ")
            findings.report(
                "devices.\(self.name).\(Self.key(ofParameter: name))",
                known.isEmpty
                    ? "is without effect for a \(profile.family.rawValue); take it out"
                    : "a \(profile.model) has no parameter “\(name)”; it has \(known)")
        }
    }

    /// `channel` stands beside the others, since relay boards are frequent.
    static func key(ofParameter name: String) -> String { name == "channel" ? name : "parameters.\(name)" }
}

extension ProfileParameter {
    /// What may be given, after the parameter's name.
    fileprivate var words: String {
        guard let range, case .number(let unit) = self.kind else { return "" }
        return ", \(AnyQuantity(range.lowerBound, unit)) to \(AnyQuantity(range.upperBound, unit))"
    }
}
