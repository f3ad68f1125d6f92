import DeviceKit
import Protocols

extension ProfileIdentity {
    /// From `identify`, which says how the device tells who it is, or `identity`, which says why it need not.
    init?(_ root: ConfigurationSection, _ names: ProfileNames) {
        let word = root.optionalChoice("identity", of: Word.self)
        let section = root.optionalSection("identify")
        let condition = section?.optionalText("when")
        let exchange = section.flatMap { TextExchange($0, request: names.parameterFields, reply: Self.fields(names)) }
        section?.finish()
        switch (word, section) {
        case (.driver?, nil): self = .driver
        case (Word.none?, nil): self = .none
        case (nil, let section?):
            if let condition {
                guard
                    let parsed = section.reporting(
                        "when",
                        { () throws(QuantityParseError) in try StateCondition(parsing: condition, kinds: names.kinds) })
                else { return nil }
                self = .condition(parsed)
            } else if let exchange, exchange.reply != nil {
                self = .exchange(exchange)
            } else {
                section.report("identify: needs `send` and `take`, or a condition `when`")
                return nil
            }
        default:
            root.report(
                "say how the device tells who it is, by `identify: { send: …, take: … }`; or `identity: none` if it "
                    + "cannot, or `identity: driver` if its driver asks",
                key: root.has("identity") ? "identity" : nil)
            return nil
        }
    }

    /// What an answer may tell.
    private static func fields(_ names: ProfileNames) -> [String: WireField] {
        let told: [String: WireField] = Dictionary(
            uniqueKeysWithValues: ["model", "serial", "firmware"].map { ($0, .text(width: nil)) })
        return names.parameterFields.merging(told) { _, told in told }
    }

    private enum Word: String, CaseIterable { case none, driver }
}
