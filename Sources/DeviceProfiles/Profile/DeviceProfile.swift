/// What a model speaks and allows, as its file under `device-profiles/vendor/model.yaml` says.
public struct DeviceProfile: Sendable, Hashable {
    public var vendor: String
    public var model: String
    public var family: ProfileFamily
    /// The driver that speaks to it, `cetoni.sila2` or `generic.ascii` for example: a capability may have several routes.
    public var driver: String
    /// Where and with which firmware it was tried on hardware; nil warns at connect.
    public var verification: ProfileVerification?
    /// How it is recognised when it is plugged in; any rule that fits.
    public var matches: [ProfileMatch]
    public var link: ProfileLink
    public var identity: ProfileIdentity
    public var limits: ProfileLimits
    /// What differs from one device of the model to the next and is given in the lab's description.
    public var parameters: [ProfileParameter]
    public var states: [ProfileState]
    public var actions: [ProfileAction]
    public var safety: ProfileSafety
    public var simulator: ProfileSimulator

    /// Whether the profile alone says how it is spoken to.
    public var isGeneric: Bool { self.driver.hasPrefix(Self.genericPrefix) }
    static let genericPrefix = "generic."

    public func parameter(_ name: String) -> ProfileParameter? { self.parameters.first { $0.name == name } }
    public func state(_ name: String) -> ProfileState? { self.states.first { $0.name == name } }
    public func action(_ name: String) -> ProfileAction? { self.actions.first { $0.name == name } }
}
