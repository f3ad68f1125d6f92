public import Protocols

/// Where a sample is, as the broker's objects name it.
public struct SampleLocation: Sendable, Hashable, Codable {
    public var address: String
    /// A device, a bench, a cabinet.
    public var detail1: String?
    /// A shelf, a port, a tray.
    public var detail2: String?

    public init(address: String, detail1: String? = nil, detail2: String? = nil) {
        self.address = address
        self.detail1 = detail1
        self.detail2 = detail2
    }

    /// Nil for what is no location: no text as address, or details that are neither text nor null.
    public init?(_ json: JSONValue) {
        guard let address = json["address"]?.string, !address.isEmpty else { return nil }
        self.init(address: address)
        for (name, detail) in [("detail_1", \Self.detail1), ("detail_2", \Self.detail2)] {
            guard let value = json[name], !value.isNull else { continue }
            guard let text = value.string else { return nil }
            self[keyPath: detail] = text
        }
    }

    /// With the members alone that it has.
    public var json: JSONValue {
        var object: JSONObject = ["address": .string(self.address)]
        if let detail1 { object["detail_1"] = .string(detail1) }
        if let detail2 { object["detail_2"] = .string(detail2) }
        return .object(object)
    }

    /// `Lab 7, Dosing, vial_3`.
    public var words: String { [self.address, self.detail1, self.detail2].compactMap(\.self).joined(separator: ", ") }
}
