import DeviceKit

/// What a model speaks and allows, as its file under `device-profiles/vendor/model.yaml` says.
public struct DeviceProfile: Sendable, Hashable {
    public enum Family: String, Sendable, CaseIterable {
        case syringePump = "syringe-pump"
        case rotaryValve = "rotary-valve"
        case potentiostat
        case relay
    }

    /// How the stop travels: into the exchange in flight, or after it.
    public enum StopRoute: String, Sendable, CaseIterable {
        case interrupt, next
    }

    public var vendor: String
    public var model: String
    public var family: Family
    /// The driver that speaks to it, `cetoni.sila2` for example: the same capability may have several routes.
    public var driver: String
    /// Kinds of link it may hang on: `tcp`, `tty`.
    public var linkKinds: [String]
    public var baud: Int?
    public var openTimeout: Duration
    public var callTimeout: Duration
    /// Added to what a motion or measurement takes by itself before it counts as failed.
    public var margin: Duration
    public var stopRoute: StopRoute
    /// Positions of a valve or channels of a relay board.
    public var count: Int?
    /// Firmware on which the driver was tried on hardware; nil warns at connect.
    public var verifiedFirmware: String?
}

extension DeviceProfile {
    /// Reads a profile. Nil when it cannot be used; the document then holds the reasons.
    public init?(parsing text: String, in document: ConfigurationDocument) {
        guard let root = document.root(text) else { return nil }
        if let version = root.integer("profile"), version != 1 {
            root.report("profile: version \(version) is newer than this program, which reads version 1", key: "profile")
        }
        let vendor = root.text("vendor")
        let model = root.text("model")
        let family = root.choice("family", of: Family.self)
        let driver = root.text("driver")
        let link = root.section("link")
        let kinds = link?.optionalTexts("kinds")
        let baud = link?.optionalInteger("baud")
        _ = link?.optionalText("security")
        link?.finish()
        let timing = root.section("timing")
        let open = timing?.duration("open")
        let call = timing?.duration("call")
        let margin = timing?.duration("margin")
        timing?.finish()
        let limits = root.optionalSection("limits")
        let count = limits?.optionalInteger("positions") ?? limits?.optionalInteger("channels")
        _ = limits?.optionalText("slowest-piston")
        _ = limits?.optionalText("fastest-piston")
        limits?.finish()
        let safety = root.section("safety")
        let stop = safety?.choice("stop", of: StopRoute.self)
        _ = safety?.optionalText("safe-state")
        safety?.finish()
        let verified = root.optionalSection("verified")
        let firmware = verified?.text("firmware")
        _ = verified?.optionalText("on")
        verified?.finish()
        let simulator = root.optionalSection("simulator")
        _ = simulator?.optionalText("kind")
        simulator?.finish()
        root.finish()
        guard let vendor, let model, let family, let driver, let kinds, let open, let call, let margin, let stop else {
            return nil
        }
        self.init(
            vendor: vendor, model: model, family: family, driver: driver, linkKinds: kinds, baud: baud,
            openTimeout: open, callTimeout: call, margin: margin, stopRoute: stop, count: count,
            verifiedFirmware: firmware)
    }
}

extension ConfigurationSection {
    /// A text that must be one of an enumeration's values.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = self.text(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        self.report("\(key): “\(text)” is not one of \(known)", key: key)
        return nil
    }
}
