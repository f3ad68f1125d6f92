/// A device, as the desk tells it.
struct DeviceView: Decodable, Sendable {
    struct Identity: Decodable, Sendable {
        var vendor: String
        var model: String
    }

    var device: String
    var kind: String
    var state: String
    var node: String?
    var identity: Identity?
    var reading: String?
    var error: String?
}

/// The newest reading of one state of a device.
struct LastReadingView: Decodable, Sendable {
    var device: String
    var state: String
    var value: Double?
    var unit: String
    var word: String?
    var time: String?
    var error: String?
}
