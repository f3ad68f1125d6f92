import DeviceKit

extension LinkFault: CustomStringConvertible {
    /// Why a text is no fault.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        public let description: String
    }

    /// Reads a name and its parameters, `drop rate=0.01 stream=upstream`. What may be left out has Toxiproxy's default.
    public init(parsing text: String) throws(Invalid) {
        var words = try FaultWords(text)
        let stream = try words.choice("stream", Stream.self) ?? .downstream
        let toxicity = try words.probability("toxicity") ?? 1
        self.init(try Self.kind(&words), stream, toxicity: toxicity)
        try words.finish()
    }

    public var description: String {
        var text = self.kind.text
        if self.stream != .downstream { text += " stream=\(self.stream.rawValue)" }
        if self.toxicity != 1 { text += " toxicity=\(self.toxicity)" }
        return text
    }

    private static func kind(_ words: inout FaultWords) throws(Invalid) -> Kind {
        switch words.name {
        case "latency": .latency(try words.duration("latency"), jitter: try words.duration("jitter", or: .zero))
        case "down": .down
        case "bandwidth": .bandwidth(bytesPerSecond: try words.rate("rate"))
        case "slow_close": .slowClose(delay: try words.duration("delay"))
        case "timeout": .timeout(try words.duration("timeout", or: .zero))
        case "reset_peer": .resetPeer(timeout: try words.duration("timeout", or: .zero))
        case "slicer":
            .slicer(
                averageSize: try words.count("average_size"), sizeVariation: try words.count("size_variation", or: 0),
                delay: try words.duration("delay", or: .zero))
        case "limit_data": .limitData(bytes: try words.count("bytes"))
        case "drop": .drop(rate: try words.probability("rate") ?? 1)
        case "double": .double(rate: try words.probability("rate") ?? 1)
        case "corrupt": .corrupt(rate: try words.probability("rate") ?? 1)
        case "garbage":
            .garbage(
                try words.choice("place", Place.self) ?? .before, longest: try words.count("longest"),
                rate: try words.probability("rate") ?? 1)
        case "flood": .flood(bytes: try words.count("bytes"))
        case "late": .late(by: try words.duration("by"), rate: try words.probability("rate") ?? 1)
        case "silence": .silence(afterBytes: try words.count("after", or: 0))
        default:
            throw Invalid(
                description: "“\(words.name)” is no fault; there are latency, down, bandwidth, slow_close, timeout, "
                    + "reset_peer, slicer, limit_data, drop, double, corrupt, garbage, flood, late and silence")
        }
    }
}

extension LinkFault.Kind {
    fileprivate var text: String {
        switch self {
        case .latency(let latency, let jitter): "latency latency=\(latency.text) jitter=\(jitter.text)"
        case .down: "down"
        case .bandwidth(let rate): "bandwidth rate=\(rate)B/s"
        case .slowClose(let delay): "slow_close delay=\(delay.text)"
        case .timeout(let timeout): "timeout timeout=\(timeout.text)"
        case .resetPeer(let timeout): "reset_peer timeout=\(timeout.text)"
        case .slicer(let size, let variation, let delay):
            "slicer average_size=\(size) size_variation=\(variation) delay=\(delay.text)"
        case .limitData(let bytes): "limit_data bytes=\(bytes)"
        case .drop(let rate): "drop rate=\(rate)"
        case .double(let rate): "double rate=\(rate)"
        case .corrupt(let rate): "corrupt rate=\(rate)"
        case .garbage(let place, let longest, let rate):
            "garbage place=\(place.rawValue) longest=\(longest) rate=\(rate)"
        case .flood(let bytes): "flood bytes=\(bytes)"
        case .late(let delay, let rate): "late by=\(delay.text) rate=\(rate)"
        case .silence(let bytes): "silence after=\(bytes)"
        }
    }
}

extension Duration {
    /// Milliseconds to the microsecond, as `Duration(parsing:)` reads them.
    var text: String {
        let (seconds, attoseconds) = self.components
        let microseconds = (Double(seconds) * 1e6 + Double(attoseconds) / 1e12).rounded()
        return "\(microseconds / 1e3)ms"
    }
}
