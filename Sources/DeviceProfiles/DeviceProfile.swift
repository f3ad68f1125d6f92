import DeviceKit

/// What a model speaks and allows, as its file under `device-profiles/vendor/model.yaml` says.
public struct DeviceProfile: Sendable, Hashable {
    public enum Family: String, Sendable, CaseIterable {
        case syringePump = "syringe-pump"
        case rotaryValve = "rotary-valve"
        case potentiostat
        case relay
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
    /// Positions of a valve or channels of a relay board.
    public var count: Int?
    /// Slowest piston without pulsation and fastest one, in mm/s; every syringe pump has it.
    public var pistonSpeed: ClosedRange<Double>?
    /// Firmware on which the driver was tried on hardware; nil warns at connect.
    public var verifiedFirmware: String?
}

extension DeviceProfile {
    /// Reads a profile. Nil when it cannot be used; the document then holds the reasons.
    public init?(parsing text: String, in document: ConfigurationDocument) {
        guard let root = document.root(text) else { return nil }
        if let version = root.integer("profile"), version != 1 {
            root.report("profile: version \(version) is not the one that this program reads, 1", key: "profile")
        }
        let vendor = root.text("vendor")
        let model = root.text("model")
        let family = root.choice("family", of: Family.self)
        let driver = root.text("driver")
        let link = root.section("link")
        let kinds = link?.texts("kinds")
        for (index, kind) in (kinds ?? []).enumerated() where !["tcp", "tty"].contains(kind) {
            document.report("link.kinds: “\(kind)” is not one of tcp, tty", key: "link.kinds.\(index)")
        }
        let baud = link?.optionalInteger("baud", .within(300...12_000_000, "300 to 12000000"))
        link?.finish()
        let timing = root.section("timing")
        let open = timing?.duration("open", .aboveZero)
        let call = timing?.duration("call", .aboveZero)
        let margin = timing?.duration("margin", .zeroOrMore)
        timing?.finish()
        let limits = family == .potentiostat ? root.optionalSection("limits") : root.section("limits")
        let count = family.flatMap { family in limits.flatMap { Self.count(of: family, in: $0) } }
        let pistonSpeed = family == .syringePump ? limits.flatMap(Self.pistonSpeed) : nil
        limits?.finish()
        let verified = root.optionalSection("verified")
        let firmware = verified?.text("firmware")
        verified?.finish()
        root.finish()
        guard let vendor, let model, let family, let driver, let kinds, let open, let call, let margin else {
            return nil
        }
        self.init(
            vendor: vendor, model: model, family: family, driver: driver, linkKinds: kinds, baud: baud,
            openTimeout: open, callTimeout: call, margin: margin, count: count,
            pistonSpeed: pistonSpeed, verifiedFirmware: firmware)
    }

    private static func count(of family: Family, in limits: ConfigurationSection) -> Int? {
        switch family {
        case .rotaryValve: limits.integer("positions", .within(2...64, "2 to 64"))
        case .relay: limits.integer("channels", .within(1...64, "1 to 64"))
        case .syringePump, .potentiostat: nil
        }
    }

    private static func pistonSpeed(_ limits: ConfigurationSection) -> ClosedRange<Double>? {
        let slowest = limits.millimetresPerSecond("slowest-piston")
        let fastest = limits.millimetresPerSecond("fastest-piston")
        guard let slowest, let fastest else { return nil }
        guard slowest < fastest else {
            limits.report("fastest-piston: must be faster than slowest-piston", key: "fastest-piston")
            return nil
        }
        return slowest...fastest
    }
}

extension ConfigurationSection {
    /// A speed above zero, `6.33 mm/s` for example, as its number of mm/s.
    fileprivate func millimetresPerSecond(_ key: String) -> Double? {
        guard let text = self.text(key) else { return nil }
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[1] == "mm/s", let value = Double(parts[0]), value > 0, value <= 1000 else {
            self.report(
                "\(self.name(key)): “\(text)” must be a speed above zero up to 1000 mm/s, as in “6.33 mm/s”", key: key)
            return nil
        }
        return value
    }

    /// A text that must be one of an enumeration's values.
    public func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = self.text(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        self.report("\(self.name(key)): “\(text)” is not one of \(known)", key: key)
        return nil
    }
}
